"""Training: a recipe, the loop on lightning-fabric, optimisers, schedules, logs and checkpoints."""

from homossl.train.checkpoint import Checkpoint as Checkpoint
from homossl.train.checkpoint import CheckpointError as CheckpointError
from homossl.train.files import write_atomic as write_atomic
from homossl.train.loop import train as train
from homossl.train.optimisers import LARS as LARS
from homossl.train.optimisers import SGD as SGD
from homossl.train.optimisers import AdamW as AdamW
from homossl.train.optimisers import Optimiser as Optimiser
from homossl.train.recipe import Hardware as Hardware
from homossl.train.recipe import Recipe as Recipe
from homossl.train.runs import Stopped as Stopped
from homossl.train.runs import load_learner as load_learner
from homossl.train.schedule import Cosine as Cosine
from homossl.train.schedule import Schedule as Schedule
