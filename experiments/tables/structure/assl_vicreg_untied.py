"""A-SSL with VICReg: no weights are shared over the group: the plain twin of the same depth and number of parameters.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282).
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, windows of 5 x 5
cells moved by up to 3 pixels and a quarter turn, VICReg, 10 epochs; paper: CIFAR-10 at 33 pixels, the steerable
ResNet-18 form of C_8, 200 epochs; two moved inputs, by the draws of H-SSL; structure="untied".
Expected: no figure is known; A-SSL compares two passes over moved inputs, and asks for no structure of the features.
Cost: small: not measured; paper: not measured.
"""

from experiments.tables.structure._base import trained

row = trained("assl", "vicreg", "untied")
