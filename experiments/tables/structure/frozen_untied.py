"""The plain twin of the encoder with its initial weights.

Source: ours.
Setting: small: 1,297 digits of 9 x 9 pixels under quarter turns, an encoder of p4 with 64 channels, windows of 5 x 5
cells moved by up to 3 pixels and a quarter turn, nothing learned, 10 epochs; paper: CIFAR-10 at 33 pixels, the
steerable ResNet-18 form of C_8, 200 epochs; structure="untied".
Expected: no figure is known; what training has to beat.
Cost: small: seconds, not measured; paper: not measured.
"""

from experiments.tables.structure._base import frozen

row = frozen("untied")
