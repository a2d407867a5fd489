"""A-SSL by translation on MNIST.

Source: Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282); the abstract and fig. 1 could be read,
its hyper-parameters could not: they are ours.
Setting: small: 1,297 digits of 17 x 17 pixels, small networks, 15 epochs; paper: MNIST at 33 pixels, 100 epochs;
shifts, small: of a torus by up to 3 pixels and windows of about half of its rows, paper: by up to 8 pixels and windows
of 3 x 3 cells; InfoNCE; two moved inputs.
Expected: the paper reports top-1 accuracy, which could not be read: no figure is known.
Cost: small: 23 s of the processor a run on one core of an AMD EPYC, one thread, probes included (this run timed once);
paper: not measured.
"""

from experiments.tables.hssl_mnist._base import setting

row = setting.row("translation", "assl")
