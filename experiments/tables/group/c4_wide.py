"""H-SSL with C4, 64 channels.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282).
Setting: small: 1,297 digits of 17 x 17 pixels turned by any angle, drawn at 0.7 to 1 of their size and shifted by up to
2 pixels, InfoNCE on windows of 3 x 3 of the 5 x 5 cells, 10 epochs; paper: CIFAR-10 at 33 pixels, moved alike,
ResNet-18 form, 200 epochs; 64 channels; views moved by all elements of the point group, and shifts by up to 2 pixels (8
in the paper's size).
Expected: no figure is known; more turns share more weights, and quarter turns alone are exact on pixels.
Cost: small: 7 s of the processor a run on one core of an AMD EPYC, one thread, probes included (this run timed once);
paper: not measured.
"""

from experiments.tables.group._base import trained

row = trained("c4_wide")
