"""The encoder with its initial weights.

Source: ours.
Setting: small: 1,297 digits of 17 x 17 pixels, a CNN of C_8 with 64 channels, two views moved by up to 2 pixels and one
step of C_8, brightness and contrast changed, 10 epochs; paper: CIFAR-10 at 33 pixels, the steerable ResNet-18 form of
C_8, up to 8 pixels, the published colours, 200 epochs; nothing learned.
Expected: no figure is known; what training has to beat.
Cost: small: seconds, not measured; paper: not measured.
"""

from experiments.tables.efference._base import frozen

row = frozen()
