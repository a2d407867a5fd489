"""H-SSL with BYOL: all of the structure.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282).
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, windows of 5 x 5
cells moved by up to 3 pixels and a quarter turn, BYOL with a teacher of momentum 0.99, 10 epochs; paper: CIFAR-10 at 33
pixels, the steerable ResNet-18 form of C_8, 200 epochs; both views from one feature field; structure="intact".
Expected: no figure is known; as A-SSL with the same objective, up to rounding in the small size (the paper's theorem).
Cost: small: not measured; paper: not measured.
"""

from experiments.tables.structure._base import trained

row = trained("hssl", "byol", "intact")
