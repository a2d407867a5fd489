"""Efference copy: inverse model, body, with the motion of another pair.

Source: ours.
Setting: small: 1,297 digits of 17 x 17 pixels, a CNN of C_8 with 64 channels, two views moved by up to 2 pixels and one
step of C_8, brightness and contrast changed, 10 epochs; paper: CIFAR-10 at 33 pixels, the steerable ResNet-18 form of
C_8, up to 8 pixels, the published colours, 200 epochs; 2 InfoNCE + InverseModel, bins of the motion as the body tells
it; structure="shuffled_motion".
Expected: no figure is known; nothing of what the copy adds, as there is nothing to be read.
Cost: small: 10 s of the processor a run on one core of an AMD EPYC, one thread, probes included (timed once, on `none`,
of the same kind); paper: not measured.
"""

from experiments.tables.efference._base import shuffled

row = shuffled("body")
