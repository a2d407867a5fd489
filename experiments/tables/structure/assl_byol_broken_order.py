"""A-SSL with BYOL: the encoder ends in a permutation of the points of each fibre that breaks the group's products.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282).
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, windows of 5 x 5
cells moved by up to 3 pixels and a quarter turn, BYOL with a teacher of momentum 0.99, 10 epochs; paper: CIFAR-10 at 33
pixels, the steerable ResNet-18 form of C_8, 200 epochs; two moved inputs, by the draws of H-SSL;
structure="broken_order".
Expected: no figure is known; A-SSL compares two passes over moved inputs, and asks for no structure of the features.
Cost: small: not measured; paper: not measured.
"""

from experiments.tables.structure._base import trained

row = trained("assl", "byol", "broken_order")
