"""Biologically plausible SSL, second table: STL-10, unlabelled images, then labelled ones for the classifier.

The hinge has 5 negatives and the gradient block; CLAPP learns from patches of each image. Figures and settings are
those of `experiments.local_published`, which says what is ours. Differences are to the random encoder. A linear probe
tells digits well whatever the encoder, trained or not, so that the small size is to be judged by few labels, and says
nothing of the paper's order.
"""

from experiments.tables._sizes import linear
from experiments.tables.local_stl10._base import setting
from homossl.data import STL10
from homossl.experiment import Table

table = Table(
    title="Biologically plausible SSL, STL-10",
    tasks={"smoke": linear(setting.data), "small": linear(setting.data), "paper": linear(STL10(size=64))},
    seeds={"smoke": 1, "small": 3, "paper": 1},
    order=setting.order,
)
