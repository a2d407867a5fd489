"""CIFAR-10: S-TEC.

Source: Scherr, Guo & Moraitis, Self-Supervised Learning Through Efference Copies (arXiv 2210.09224), the authors'
public code; see `experiments/stec_published.py`.
Setting: small: 1,000 images in the folder data/cifar10 at 32 pixels, a CNN of 64 channels, 6 epochs, with the
augmentation, temperature and weights published for CIFAR-10; paper: CIFAR-10, ResNet-18, batches of 1024, 1000 epochs
of LARS at 4.0; 2 NT-Xent at temperature 0.5 + 1.0 InverseModel.
Expected: no figure could be read; the paper claims a gain.
Cost: small: 12 s of the processor a run on one core of an AMD EPYC, one thread, probes included (this run timed once);
paper: not measured.
"""

from experiments.tables.stec_others._base import stec

row = stec("cifar10")
