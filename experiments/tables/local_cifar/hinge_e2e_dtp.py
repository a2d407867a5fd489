"""Hinge, E2E, difference target propagation.

Source: Tang, Yang & Amit (Front. Comput. Neurosci. 2022, arXiv 2109.15089), its first table; settings from the authors'
public code.
Setting: small: 1,297 digits of 16 x 16 pixels, CONV6 with a first layer of 8 channels, 10 epochs, batches of 64, Adam
at 1e-3; paper: CIFAR-100, CONV6, 400 epochs, batches of 500, Adam at 1e-4; see `experiments/local_published.py` for
what is ours.
Expected: 71.29 % (one run).
Cost: small: 11 s of the processor a run on one core of an AMD EPYC, one thread, probes included (this run timed once);
paper: not measured.
"""

from experiments.tables.local_cifar._base import setting

row = setting.row("hinge_e2e_dtp")
