"""A C8 CNN, SimCLR: two random resized crops with jittered colours.

Source: Chen et al. 2020 (arXiv 2002.05709) for the views; the setting is ours.
Setting: CNN of 2, 4, 8 and 8 regular fields of C_8, as many channels, strides 2 and 2; 10,000 images of 33 x 33 pixels;
    the published augmentation for CIFAR; 5 epochs.
Expected: above its frozen encoder; no figure is published for it.
Cost: 211 s of one core of an AMD EPYC, 178 of them training; the quickest of three seeds, with other work beside it.
"""

from experiments.tables.cifar10._base import make

row = make("c8", "simclr")
