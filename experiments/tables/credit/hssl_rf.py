"""H-SSL by random feedback.

Source: ours, to the question of Tang, Yang & Amit (Front. Comput. Neurosci. 2022, arXiv 2109.15089); the rule:
Lillicrap et al. (Nature Communications 7:13276, 2016).
Setting: small: 1,297 digits of 17 x 17 pixels, three stages of 16, 32 and 64 channels, local normalisation, InfoNCE at
temperature 0.1 on a linear head of 64, Adam with a constant 1e-3, batches of 64, 10 epochs; paper: CIFAR-10, CONV6,
batches of 500, bfloat16, 20 epochs (for each stage where one is taught at a time); windows of 3 x 3 cells of each
stage's own field (of 16 pixels in the paper's size), moved by up to 2 pixels (8) and a quarter turn, filters of C_4 and
a fourth of the weights.
Expected: no figure is known for this setting; far below backpropagation, as in the paper's table.
Cost: small: 6 s of the processor a run on one core of an AMD EPYC, one thread, probes included (timed once, on
`hssl_bp`, of the same kind); paper: not measured.
"""

from experiments.tables.credit._base import trained

row = trained("hssl", "rf")
