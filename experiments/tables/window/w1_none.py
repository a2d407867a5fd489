"""H-SSL with windows of 1 x 1 cells, not moved.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282), fig. 1.
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, InfoNCE, 10 epochs;
paper: CIFAR-10 at 33 pixels, the steerable ResNet-18 form of C_8 with a map of 5 x 5 cells, 200 epochs; windows of 1 x
1 of 9 x 9 cells (1 x 1 of 5 x 5 in the paper's size), which are not moved; the motions of the paper's size are
Near(radius=(0.0, 0.0)).
Expected: no figure is known; both views are the same, so that images are told apart and nothing else is learned.
Cost: small: 9 s of the processor a run on one core of an AMD EPYC, one thread, probes included (timed once, on
`w5_far`, of the same kind); paper: not measured.
"""

from experiments.tables.window._base import trained

row = trained(1, "none")
