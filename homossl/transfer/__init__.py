"""Does the representation serve? Classification, segmentation and detection with any encoder."""

from homossl.transfer.backbone import Backbone, backbone_of, is_run
from homossl.transfer.classification import Classification
from homossl.transfer.detection import Detection
from homossl.transfer.fit import fit
from homossl.transfer.levels import Level
from homossl.transfer.probe import Probe
from homossl.transfer.robustness import Robustness
from homossl.transfer.segmentation import Segmentation
from homossl.transfer.task import Measured, Task, Transfer
from homossl.transfer.transferred import load_model, save_model

__all__ = [
    "Backbone",
    "Classification",
    "Detection",
    "Level",
    "Measured",
    "Probe",
    "Robustness",
    "Segmentation",
    "Task",
    "Transfer",
    "backbone_of",
    "fit",
    "is_run",
    "load_model",
    "save_model",
]
