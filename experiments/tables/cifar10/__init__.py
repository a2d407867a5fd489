"""Ten thousand CIFAR-10 images: linear probe and one per cent of the labels, plain and C8, A-SSL, H-SSL and S-TEC.

Small size: `data/cifar10/train/<class>/*` and `test/<class>/*`, of which 1000 images of each class are for training and
all 10,000 test images are scored. A-SSL moves the input as H-SSL moves the feature field; SimCLR and S-TEC see random
resized crops with jittered colours instead, so that S-TEC is to be compared with SimCLR. `plain` encoders are ordinary
CNNs, which know shifts only; `C8` ones know turns by multiples of 45 degrees too, in as many channels, an eighth of the
weights. Scores are those of a regression on frozen features, averaged over space, with the pose kept.
"""

from experiments.tables.cifar10._base import ORDER, TASKS
from homossl.experiment import Table

table = Table(
    title="CIFAR-10, ten thousand images",
    tasks=TASKS,
    seeds={"smoke": 1, "small": 3, "paper": 5},
    order=ORDER,
)
