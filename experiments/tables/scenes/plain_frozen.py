"""An ordinary CNN, initial weights.

Source: ours.
Setting: CNN of 16, 32, 64 and 64 channels, for 33 x 33 pixels; not trained.
Expected: what the others are compared with; no figure is published.
Cost: COST_plain_frozen
"""

from experiments.tables.scenes._base import make

row = make("plain", "frozen")
