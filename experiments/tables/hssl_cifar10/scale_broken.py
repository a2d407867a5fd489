"""H-SSL without structure by scale on CIFAR-10.

Source: Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282); the abstract and fig. 1 could be read,
its hyper-parameters could not: they are ours.
Setting: small: 1,000 images in the folder data/cifar10 at 33 pixels, small networks, 5 epochs; paper: CIFAR-10 at 33
pixels, ResNet-18 form (scale: ScaleResNet), 200 epochs; zooms, small: by up to e^0.35, paper: by up to the root of 2,
one point of each fibre; InfoNCE; both views from one feature field, structure="untied".
Expected: no figure is known; it fails, as feature-space SSL does without structure (the paper's abstract).
Cost: small: not measured; paper: not measured.
"""

from experiments.tables.hssl_cifar10._base import setting

row = setting.row("scale", "broken")
