"""H-SSL with BYOL: the encoder ends in a random permutation of the base points, cells x points of the fibre.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282).
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, windows of 5 x 5
cells moved by up to 3 pixels and a quarter turn, BYOL with a teacher of momentum 0.99, 10 epochs; paper: CIFAR-10 at 33
pixels, the steerable ResNet-18 form of C_8, 200 epochs; both views from one feature field; structure="permuted_base".
Expected: no figure is known; it fails: a fixed permutation of the base points is invisible to single fibres drawn
uniformly, and bites where windows and distances are bounded, as here (derived).
Cost: small: not measured; paper: not measured.
"""

from experiments.tables.structure._base import trained

row = trained("hssl", "byol", "permuted_base")
