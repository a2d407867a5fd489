"""An ordinary CNN, SimCLR on two random resized crops.

Source: Chen et al. 2020 (arXiv 2002.05709); the data are ours.
Setting: CNN of 16, 32, 64 and 64 channels; 2000 scenes of 33 x 33 pixels, 15 epochs;
    crops (0.08 to 1 of the area, flips) and jitter of brightness and contrast.
Expected: above its frozen encoder; no figure is published.
Cost: 153 s of one core of an AMD EPYC, 89 of them training; the quickest of three seeds, with other work beside it.
"""

from experiments.tables.scenes._base import make

row = make("plain", "simclr")
