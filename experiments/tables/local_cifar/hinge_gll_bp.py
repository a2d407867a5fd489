"""Hinge, GLL, backpropagation.

Source: Tang, Yang & Amit (Front. Comput. Neurosci. 2022, arXiv 2109.15089), its first table; settings from the authors'
public code.
Setting: small: 1,297 digits of 16 x 16 pixels, CONV6 with a first layer of 8 channels, 50 epochs, batches of 64, Adam
at 1e-3; paper: CIFAR-100, CONV6, 2000 epochs, batches of 500, Adam at 1e-4; see `experiments/local_published.py` for
what is ours.
Expected: 72.76 % (one run).
Cost: small: 13 s of the processor a run on one core of an AMD EPYC, one thread, probes included (this run timed once);
paper: not measured.
"""

from experiments.tables.local_cifar._base import setting

row = setting.row("hinge_gll_bp")
