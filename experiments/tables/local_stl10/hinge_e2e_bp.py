"""Hinge, E2E, backpropagation.

Source: Tang, Yang & Amit (Front. Comput. Neurosci. 2022, arXiv 2109.15089), its second table; settings from the
authors' public code.
Setting: small: 1,297 digits of 32 x 32 pixels, VGG6 with a first layer of 8 channels, 5 epochs, batches of 64, Adam at
1e-3; paper: STL-10 at 64 pixels, VGG6, 400 epochs, batches of 500, Adam at 1e-4; see `experiments/local_published.py`
for what is ours.
Expected: 70.13 % (one run).
Cost: small: 11 s of the processor a run on one core of an AMD EPYC, one thread, probes included (this run timed once);
paper: not measured.
"""

from experiments.tables.local_stl10._base import setting

row = setting.row("hinge_e2e_bp")
