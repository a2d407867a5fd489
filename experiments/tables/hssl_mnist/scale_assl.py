"""A-SSL by scale on MNIST.

Source: Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282); the abstract and fig. 1 could be read,
its hyper-parameters could not: they are ours.
Setting: small: 1,297 digits of 17 x 17 pixels, small networks, 15 epochs; paper: MNIST at 33 pixels, 100 epochs; zooms,
small: by up to e^0.35, paper: by up to the root of 2, one point of each fibre; InfoNCE; two moved inputs.
Expected: the paper reports top-1 accuracy, which could not be read: no figure is known.
Cost: small: 18 s of the processor a run on one core of an AMD EPYC, one thread, probes included (this run timed once);
paper: not measured.
"""

from experiments.tables.hssl_mnist._base import setting

row = setting.row("scale", "assl")
