"""S-TEC with BYOL on CIFAR-100.

Source: Scherr, Guo & Moraitis, Self-Supervised Learning Through Efference Copies (arXiv 2210.09224), the authors'
public code; see `experiments/stec_published.py`.
Setting: small: 1,297 digits of 17 x 17 pixels as in `experiments/stec_digits.py`, 25 epochs; paper: CIFAR-100,
ResNet-18, batches of 1024, 1000 epochs of LARS at 4.0; BYOL, weight 2; its projector and predictor of 512 and 64 are
ours; plus the inverse model of the published bins and coordinates, weight 1.
Expected: no figure could be read; the paper claims that a copy extends it.
Cost: small: not measured; paper: not measured.
"""

from experiments.tables.stec_cifar100._base import with_efference_copy

row = with_efference_copy("byol")
