"""frozen by translation on CIFAR-10.

Source: Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282); the abstract and fig. 1 could be read,
its hyper-parameters could not: they are ours.
Setting: small: 1,000 images in the folder data/cifar10 at 33 pixels, small networks, 5 epochs; paper: CIFAR-10 at 33
pixels, ResNet-18 form (scale: ScaleResNet), 200 epochs; shifts, small: of a torus by up to 3 pixels and windows of
about half of its rows, paper: by up to 8 pixels and windows of 3 x 3 cells; InfoNCE; nothing learned.
Expected: no figure is known.
Cost: small: seconds, not measured; paper: not measured.
"""

from experiments.tables.hssl_cifar10._base import setting

row = setting.row("translation", "frozen")
