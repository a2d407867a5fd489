"""STL-10: SimCLR.

Source: Scherr, Guo & Moraitis, Self-Supervised Learning Through Efference Copies (arXiv 2210.09224), the authors'
public code; see `experiments/stec_published.py`.
Setting: small: 1,000 images in the folder data/cifar10 at 32 pixels, a CNN of 64 channels, 6 epochs, with the
augmentation, temperature and weights published for STL-10; paper: STL-10 at 96 pixels, ResNet-18, batches of 1024, 1000
epochs of LARS at 1.2; 2 NT-Xent at temperature 0.2.
Expected: no figure could be read.
Cost: small: 12 s of the processor a run on one core of an AMD EPYC, one thread, probes included (timed once, on
`cifar10_stec`, of the same kind); paper: not measured.
"""

from experiments.tables.stec_others._base import simclr

row = simclr("stl10")
