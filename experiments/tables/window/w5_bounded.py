"""Topographic H-SSL: windows of 5 x 5 cells anywhere, a bounded distance apart.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282).
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, InfoNCE, 10 epochs;
paper: CIFAR-10 at 33 pixels, the steerable ResNet-18 form of C_8 with a map of 5 x 5 cells, 200 epochs; one window
anywhere, the other up to 3 pixels and a quarter turn from it (8 pixels in the paper's size).
Expected: no figure is known; as A-SSL with uniform absolute and bounded relative motions (derived).
Cost: small: 9 s of the processor a run on one core of an AMD EPYC, one thread, probes included (timed once, on
`w5_far`, of the same kind); paper: not measured.
"""

from experiments.tables.window._base import bounded

row = bounded(5)
