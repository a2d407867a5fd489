"""A C8 CNN, initial weights.

Source: ours.
Setting: CNN of 2, 4, 8 and 8 regular fields of C_8, as many channels, strides 2 and 2; 10,000 images of 33 x 33 pixels;
    not trained.
Expected: what the others are compared with; no figure is published for it.
Cost: 60 s of one core of an AMD EPYC, 13 of them training; the quickest of three seeds, with other work beside it.
"""

from experiments.tables.cifar10._base import make

row = make("c8", "frozen")
