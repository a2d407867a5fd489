"""H-SSL with windows of 9 x 9 cells, 3 pixels and a quarter turn.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282), fig. 1.
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, InfoNCE, 10 epochs;
paper: CIFAR-10 at 33 pixels, the steerable ResNet-18 form of C_8 with a map of 5 x 5 cells, 200 epochs; windows of 9 x
9 of 9 x 9 cells (5 x 5 of 5 x 5 in the paper's size), which are moved by up to 3 pixels and a quarter turn; the motions
of the paper's size are Near(radius=(8.0, 1.6)).
Expected: no figure is known; the mean over the whole torus does not change with shifts (derived), so that turns alone
are left to learn from.
Cost: small: 9 s of the processor a run on one core of an AMD EPYC, one thread, probes included (timed once, on
`w5_far`, of the same kind); paper: not measured.
"""

from experiments.tables.window._base import trained

row = trained(9, "far")
