"""An ordinary CNN, H-SSL: two places of one feature field.

Source: Keller et al. 2023 (arXiv 2211.08282) for the views; data and setting are ours.
Setting: CNN of 16, 32, 64 and 64 channels; 2000 scenes of 33 x 33 pixels, 15 epochs;
    windows of 3 x 3 cells, shifted by up to 4 pixels, no augmentation.
Expected: above its frozen encoder where structure is kept; no figure is published.
Cost: 150 s of one core of an AMD EPYC, 77 of them training; the quickest of three seeds, with other work beside it.
"""

from experiments.tables.scenes._base import make

row = make("plain", "hssl")
