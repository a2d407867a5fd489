"""H-SSL with InfoNCE: all of the structure.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282).
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, windows of 5 x 5
cells moved by up to 3 pixels and a quarter turn, InfoNCE at temperature 0.2, 10 epochs; paper: CIFAR-10 at 33 pixels,
the steerable ResNet-18 form of C_8, 200 epochs; both views from one feature field; structure="intact".
Expected: no figure is known; as A-SSL with the same objective, up to rounding in the small size (the paper's theorem).
Cost: small: 8 s of the processor a run on one core of an AMD EPYC, one thread, probes included (this run timed once);
paper: not measured.
"""

from experiments.tables.structure._base import trained

row = trained("hssl", "infonce", "intact")
