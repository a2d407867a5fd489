"""H-SSL with VICReg: no weights are shared over the group: the plain twin of the same depth and number of parameters.

Source: ours, to the question of Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282).
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, windows of 5 x 5
cells moved by up to 3 pixels and a quarter turn, VICReg, 10 epochs; paper: CIFAR-10 at 33 pixels, the steerable
ResNet-18 form of C_8, 200 epochs; both views from one feature field; structure="untied".
Expected: no figure is known; it fails, as feature-space SSL does without structure (the paper's abstract): untied
filters break the identity whatever the window.
Cost: small: 12 s of the processor a run on one core of an AMD EPYC, one thread, probes included (timed once, on
`hssl_infonce_untied`, of the same kind); paper: not measured.
"""

from experiments.tables.structure._base import trained

row = trained("hssl", "vicreg", "untied")
