"""An ordinary CNN, A-SSL: the input moved as H-SSL moves features.

Source: Keller et al. 2023 (arXiv 2211.08282) for the comparison; the setting is ours.
Setting: CNN of 16, 32, 64 and 64 channels, strides 2 and 2; 10,000 images of 33 x 33 pixels;
    shifts of up to 8 pixels, windows of 3 x 3 cells; 5 epochs.
Expected: that of H-SSL, but for what the encoder misses as a homomorphism; no figure is published for it.
Cost: not measured.
"""

from experiments.tables.cifar10._base import make

row = make("plain", "assl")
