"""An ordinary CNN, initial weights.

Source: ours.
Setting: CNN of 16, 32, 64 and 64 channels, for 33 x 33 pixels; not trained.
Expected: what the others are compared with; no figure is published.
Cost: 78 s of one core of an AMD EPYC, 1 of them training; the quickest of three seeds, with other work beside it.
"""

from experiments.tables.scenes._base import make

row = make("plain", "frozen")
