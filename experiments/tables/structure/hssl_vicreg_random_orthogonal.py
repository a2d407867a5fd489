"""H-SSL with VICReg: the point group moves fibres by a random rotation for each of its elements but the identity.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282).
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, windows of 5 x 5
cells moved by up to 3 pixels and a quarter turn, VICReg, 10 epochs; paper: CIFAR-10 at 33 pixels, the steerable
ResNet-18 form of C_8, 200 epochs; both views from one feature field; structure="random_orthogonal".
Expected: no figure is known; it fails: the views are then no places of the field (derived).
Cost: small: not measured; paper: not measured.
"""

from experiments.tables.structure._base import trained

row = trained("hssl", "vicreg", "random_orthogonal")
