"""The encoder with its initial weights.

Source: ours.
Setting: small: 1,297 digits of 17 x 17 pixels as in `experiments/stec_digits.py`, 25 epochs; paper: CIFAR-100,
ResNet-18, batches of 1024, 1000 epochs of LARS at 4.0; nothing learned.
Expected: no figure is known; what training has to beat.
Cost: small: seconds, not measured; paper: not measured.
"""

from experiments.tables.stec_cifar100._base import frozen

row = frozen()
