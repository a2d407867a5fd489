"""What do encoders give to classification, segmentation and detection, and what is left of it on turned scenes?

Encoders are pretrained on digit scenes without labels and stay frozen; a regression, a decoder or a detector learns
from other scenes, upright, and is tested on scenes turned by any angle, rendered anew. `plain` encoders are ordinary
CNNs, which know shifts only; `C8` ones know turns by multiples of 45 degrees too, in as many channels, an eighth of the
weights. Segmentation is measured twice: with a decoder that is tied by the encoder's group (head equivariant), and with
a free one (head fcn). A six turned by 180 degrees is a nine, which costs an invariant reading both.
"""

from experiments.tables.scenes._base import ORDER, TASKS
from homossl.experiment import Table

table = Table(
    title="Transfer to digit scenes",
    tasks=TASKS,
    seeds={"smoke": 1, "small": 3, "paper": 5},
    order=ORDER,
)
