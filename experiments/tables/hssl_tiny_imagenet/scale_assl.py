"""A-SSL by scale on Tiny ImageNet.

Source: Keller et al., Homomorphic Self-Supervised Learning (arXiv 2211.08282); the abstract and fig. 1 could be read,
its hyper-parameters could not: they are ours.
Setting: small: 1,000 scenes of one digit on a textured ground at 33 pixels, small networks, 5 epochs; paper: Tiny
ImageNet in the folder data/tiny-imagenet-200, train and test in class folders, at 65 pixels, ResNet-18 form (scale:
ScaleResNet), 100 epochs; zooms, small: by up to e^0.35, paper: by up to the root of 2, one point of each fibre;
InfoNCE; two moved inputs.
Expected: the paper reports top-1 accuracy, which could not be read: no figure is known.
Cost: small: not measured; paper: not measured.
"""

from experiments.tables.hssl_tiny_imagenet._base import setting

row = setting.row("scale", "assl")
