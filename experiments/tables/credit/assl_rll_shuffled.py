"""A-SSL by random layer-wise, shuffled.

Source: ours, to the question of Tang, Yang & Amit (Front. Comput. Neurosci. 2022, arXiv 2109.15089).
Setting: small: 1,297 digits of 17 x 17 pixels, three stages of 16, 32 and 64 channels, local normalisation, InfoNCE at
temperature 0.1 on a linear head of 64, Adam with a constant 1e-3, batches of 64, 10 epochs; paper: CIFAR-10, CONV6,
batches of 500, bfloat16, 20 epochs (for each stage where one is taught at a time); two crops of each image, plain
filters.
Expected: no figure is known for this setting; as `rll`.
Cost: small: 13 s of the processor a run on one core of an AMD EPYC, one thread, probes included (timed once, on
`assl_gll_successive`, of the same kind); paper: not measured.
"""

from experiments.tables.credit._base import trained

row = trained("assl", "rll_shuffled")
