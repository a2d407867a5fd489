"""The encoder of C4 x scale, no shifts with its initial weights.

Source: ours.
Setting: small: 1,297 digits of 17 x 17 pixels turned by any angle, drawn at 0.7 to 1 of their size and shifted by up to
2 pixels, InfoNCE on windows of 3 x 3 of the 5 x 5 cells, 10 epochs; paper: CIFAR-10 at 33 pixels, moved alike,
ResNet-18 form, 200 epochs; nothing learned.
Expected: no figure is known; what training has to beat.
Cost: small: not measured; paper: not measured.
"""

from experiments.tables.group._base import frozen

row = frozen("c4_scale")
