"""A C8 CNN, S-TEC: SimCLR and the published inverse model of the crops.

Source: Scherr, Guo & Moraitis 2022 (arXiv 2210.09224) for the objective; the setting is ours.
Setting: CNN of 2, 4, 8 and 8 regular fields of C_8, as many channels, strides 2 and 2; 10,000 images of 33 x 33 pixels;
    as SimCLR's, with the binned inverse model at weight 1; 5 epochs.
Expected: at or above SimCLR, as the paper claims; its CIFAR-10 figures could not be read.
Cost: 212 s of one core of an AMD EPYC, 175 of them training; the quickest of three seeds, with other work beside it.
"""

from experiments.tables.cifar10._base import make

row = make("c8", "stec")
