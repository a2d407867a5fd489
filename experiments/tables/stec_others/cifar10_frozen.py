"""CIFAR-10: the encoder with its initial weights.

Source: Scherr, Guo & Moraitis, Self-Supervised Learning Through Efference Copies (arXiv 2210.09224), the authors'
public code; see `experiments/stec_published.py`.
Setting: small: 1,000 images in the folder data/cifar10 at 32 pixels, a CNN of 64 channels, 6 epochs, with the
augmentation, temperature and weights published for CIFAR-10; paper: CIFAR-10, ResNet-18, batches of 1024, 1000 epochs
of LARS at 4.0; nothing learned.
Expected: no figure is known; what training has to beat.
Cost: small: seconds, not measured; paper: not measured.
"""

from experiments.tables.stec_others._base import frozen

row = frozen("cifar10")
