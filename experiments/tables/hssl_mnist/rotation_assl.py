"""A-SSL by rotation on MNIST.

Source: Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282); the abstract and fig. 1 could be read,
its hyper-parameters could not: they are ours.
Setting: small: 1,297 digits of 17 x 17 pixels, small networks, 15 epochs; paper: MNIST at 33 pixels, 100 epochs; C_8,
views by up to 0.8 radians, one point of each fibre; InfoNCE; two moved inputs.
Expected: the paper reports top-1 accuracy, which could not be read: no figure is known.
Cost: small: 20 s of the processor a run on one core of an AMD EPYC, one thread, probes included (this run timed once);
paper: not measured.
"""

from experiments.tables.hssl_mnist._base import setting

row = setting.row("rotation", "assl")
