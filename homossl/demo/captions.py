"""What the page of the demo says: what is compared, and what to see in each picture."""

from __future__ import annotations

LEAD = (
    "Self-supervised learning compares two views of an image. A-SSL makes them from the image: it moves it twice "
    "and encodes both. H-SSL encodes it once and reads both views from the features, which an equivariant encoder "
    "moves as the image would move. So it should learn the same from half of the passes, and not without that "
    "structure."
)

TURNED = " The digits are turned by random multiples of 90°, so that telling them apart takes knowing what a turn does."

PIXELS = (
    "Each column is one image x and one pair of motions g₁ (blue) and g₂ (orange): a turn, and a shift in pixels. "
    "A-SSL moves the image twice, encodes both, and compares the features in the window B (rows two and three). "
    "H-SSL encodes x once and compares its features in the windows g₁⁻¹B and g₂⁻¹B (first row). Windows of one "
    "colour show the same part of the digit; {border}."
)

TORUS, PLANE = "what leaves the grid on one side comes back on the other", "what lies beyond the border is empty"

FIELDS = (
    "One regular field of the last layer of each encoder, one map for each orientation. f(gx) are the features of "
    "the moved image, as A-SSL computes them; g f(x) are the moved features of the image, as H-SSL reads them: "
    "turned, with the orientations permuted. Here g is a quarter turn, which needs no interpolation: with "
    "structure the rows are the same, without it they are not. For motions as they are drawn in training"
    "{interpolated} the mean distance is {drawn}. The box is the window that the loss compares."
)

CURVES = (
    "Lines are means over seeds, bands reach from the least to the greatest seed; every point is one batch. Arms "
    "solve different tasks: a low loss says that the two views are easily matched, not that the features are good."
)

ACCURACIES = "Dots are seeds, ticks their mean, lines the 95 % t-interval. The panels have axes of their own."

ORBITS = (
    "Each column is one image, turned all the way round. The wide grey line is its latent at every angle. In "
    "colour is what the group's quarter turns make of the first quarter alone (from the ring to the next dot), by "
    "moving latents, without looking at the other images. With structure this is the whole orbit, a closed loop. "
    "Without structure the grey line is closed too, as the image comes round, but the moved quarters are "
    "scrambled. The number is how far they miss, relative to the size of the orbit.{finer} Each panel shows the two "
    "principal directions of all its points."
)

FINER = " Steps of {least:.0f}°, for which images and filters are interpolated, miss by {missed} on the first image."

PROTOCOLS = (
    "Test accuracy in percent, mean over seeds ± 95 % t-interval. Pose kept: features averaged over space, one "
    "value for each orientation; pooled: averaged over orientations too. The channels of the plain arms are read "
    "as if they were orientations."
)

TIMES = (
    "In every round each arm takes {steps} steps with the same batches, one arm after the other, in one process "
    "with one thread, after all training is over. The ratio is the median over {rounds} rounds of the ratio in a "
    "round."
)

ARMS = (
    "All trained arms share data, group, motions, objective, optimiser, number of steps and seeds. With the same "
    "seed, A-SSL and H-SSL start from the same weights and draw the same batches and the same motions.",
    "Frozen: the initial weights of A-SSL and H-SSL. Plain: the structure removed, that is, a convolutional "
    "network of the same depth and, as nearly as whole fields allow, the same number of parameters, whose channels "
    "are read as if they were fields. It is compared with its own initial weights.",
)
