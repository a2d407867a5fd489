"""S-TEC with SimCLR on CIFAR-100.

Source: Scherr, Guo & Moraitis, Self-Supervised Learning Through Efference Copies (arXiv 2210.09224), the authors'
public code; see `experiments/stec_published.py`.
Setting: small: 1,297 digits of 17 x 17 pixels as in `experiments/stec_digits.py`, 25 epochs; paper: CIFAR-100,
ResNet-18, batches of 1024, 1000 epochs of LARS at 4.0; NT-Xent at temperature 0.5, weight 2; plus the inverse model of
the published bins and coordinates, weight 1.
Expected: 66.80 % (top-1, online linear head).
Cost: small: 15 s of the processor a run on one core of an AMD EPYC, one thread, probes included (this run timed once);
paper: not measured.
"""

from experiments.tables.stec_cifar100._base import with_efference_copy

row = with_efference_copy("simclr")
