"""What to see in each picture of the demo."""

from __future__ import annotations

PIXELS = (
    "Each column is one image x and one pair of motions g₁ (blue) and g₂ (orange): a turn, and a shift in pixels. "
    "A-SSL moves the image twice, encodes both, and compares the features in the window B (rows two and three). "
    "H-SSL encodes x once and compares its features in the windows g₁⁻¹B and g₂⁻¹B (first row). "
    "Windows of one colour show the same part of the digit; what lies beyond the border is empty."
)

FIELDS = (
    "One regular field of the last layer of each encoder, one map for each orientation. f(gx) are the features of the "
    "moved image, as A-SSL computes them; g f(x) are the moved features of the image, as H-SSL reads them: shifted, "
    "turned, orientations permuted. With structure the two rows agree, up to interpolation; without it they do not. "
    "For a quarter turn about the centre, which needs no interpolation, the distance is {exact}. "
    "The box is the window that the loss compares."
)

CURVES = (
    "Lines are means over seeds, bands reach from the least to the greatest seed; every point is one batch. Arms solve "
    "different tasks: a low loss says that the two views are easily matched, not that the features are good."
)

ACCURACIES = "Dots are seeds, ticks their mean, lines the 95 % t-interval. The panels have axes of their own."

ORBITS = (
    "Each column is one image, turned all the way round. Dots are latents of the image turned by each element of "
    "the group (the ring: not turned); the grey line passes through the angles between. An arrow is the group's step "
    "applied to a latent, without looking at the next image. With structure every arrow ends at the next dot, and the "
    "arrows close to a loop. Without structure the dots come round too, as the image does, but the steps are scrambled. "
    "The number is how far arrows miss, relative to the size of the orbit; by quarter turns, where nothing is "
    "interpolated, it is {exact} for the first image. Each panel is drawn in the two principal directions of its "
    "dots and arrow heads."
)

PROTOCOLS = (
    "Test accuracy in percent, mean over seeds ± 95 % t-interval. Pose kept: features averaged over space, one value for "
    "each orientation; pooled: averaged over orientations too. The channels of the arms without structure are read as if "
    "they were orientations."
)

TIMES = (
    "In every round each arm takes {steps} steps with the same batches, one arm after the other, in one process with "
    "one thread, after all training is over. The ratio is the median over {rounds} rounds of the ratio in a round."
)
