"""ImageNet: SimCLR.

Source: Scherr, Guo & Moraitis, Self-Supervised Learning Through Efference Copies (arXiv 2210.09224), the authors'
public code; see `experiments/stec_published.py`.
Setting: small: 1,000 images in the folder data/cifar10 at 32 pixels, a CNN of 64 channels, 6 epochs, with the
augmentation, temperature and weights published for ImageNet; paper: ImageNet at 224 pixels, ResNet-50, batches of 1680,
100 epochs of LARS at 1.97; 2 NT-Xent at temperature 0.1.
Expected: no figure could be read.
Cost: small: 12 s of the processor a run on one core of an AMD EPYC, one thread, probes included (timed once, on
`cifar10_stec`, of the same kind); paper: not measured.
"""

from experiments.tables.stec_others._base import simclr

row = simclr("imagenet")
