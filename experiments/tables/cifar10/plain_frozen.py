"""An ordinary CNN, initial weights.

Source: ours.
Setting: CNN of 16, 32, 64 and 64 channels, strides 2 and 2; 10,000 images of 33 x 33 pixels;
    not trained.
Expected: what the others are compared with; no figure is published for it.
Cost: 38 s of one core of an AMD EPYC, 8 of them training; the quickest of three seeds, with other work beside it.
"""

from experiments.tables.cifar10._base import make

row = make("plain", "frozen")
