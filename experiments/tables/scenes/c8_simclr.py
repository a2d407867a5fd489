"""A C8 CNN, SimCLR on two random resized crops.

Source: Chen et al. 2020 (arXiv 2002.05709); the data are ours.
Setting: CNN of 2, 4, 8 and 8 regular fields of C_8, as many channels; 2000 scenes of 33 x 33 pixels, 15 epochs;
    crops (0.08 to 1 of the area, flips) and jitter of brightness and contrast.
Expected: above its frozen encoder; no figure is published.
Cost: 178 s of one core of an AMD EPYC, 95 of them training; the quickest of three seeds, with other work beside it.
"""

from experiments.tables.scenes._base import make

row = make("c8", "simclr")
