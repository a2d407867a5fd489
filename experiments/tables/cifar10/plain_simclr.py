"""An ordinary CNN, SimCLR: two random resized crops with jittered colours.

Source: Chen et al. 2020 (arXiv 2002.05709) for the views; the setting is ours.
Setting: CNN of 16, 32, 64 and 64 channels, strides 2 and 2; 10,000 images of 33 x 33 pixels;
    the published augmentation for CIFAR; 5 epochs.
Expected: above its frozen encoder; no figure is published for it.
Cost: COST_plain_simclr
"""

from experiments.tables.cifar10._base import make

row = make("plain", "simclr")
