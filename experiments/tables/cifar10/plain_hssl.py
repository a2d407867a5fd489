"""An ordinary CNN, H-SSL: two places of one feature field.

Source: Keller et al. 2023 (arXiv 2211.08282) for the views; the setting is ours.
Setting: CNN of 16, 32, 64 and 64 channels, strides 2 and 2; 10,000 images of 33 x 33 pixels;
    windows of 3 x 3 cells, shifted by up to 8 pixels; 5 epochs.
Expected: above its frozen encoder; the paper reports CIFAR-10, but its figures could not be read.
Cost: 138 s of one core of an AMD EPYC, 105 of them training; the quickest of three seeds, with other work beside it.
"""

from experiments.tables.cifar10._base import make

row = make("plain", "hssl")
