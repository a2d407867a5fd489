"""Which group should an encoder have, where images are turned by any angle, zoomed and shifted?

H-SSL with C_1 to C_16, with reflections (D_4) and with zooms (C_4 x scale), each with the motions of its own group: all
its turns, and shifts by up to 2 pixels. Wider fibres share weights over more elements, so that networks of one group
cannot have the channels and the parameters of another: rows named by the group alone have about 4,670 parameters of the
encoder each, and those with 64 channels stand beside them (C_8 and D_4 have both). `c4_scale` has no shifts, and
differs from `c4_no_shifts` by its zooms. Differences are to C_1, and of frozen encoders to the frozen C_1.
"""

from experiments.tables._sizes import few_labels
from experiments.tables.group._base import ORDER, PAPER, SMALL
from homossl.experiment import Table

table = Table(
    title="Group of the encoder",
    tasks={"smoke": few_labels(SMALL.data), "small": few_labels(SMALL.data), "paper": few_labels(PAPER.data)},
    seeds={"smoke": 1, "small": 3, "paper": 3},
    order=ORDER,
)
