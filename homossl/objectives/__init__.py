"""What pairs of views should satisfy; objectives add and scale: InfoNCE() + 0.3 * VICReg()."""

from homossl.objectives.barlow_twins import BarlowTwins
from homossl.objectives.base import Head, Objective, Scaled, Sum
from homossl.objectives.bins import Bins
from homossl.objectives.byol import BYOL
from homossl.objectives.clapp import CLAPP
from homossl.objectives.codes import Algebra, Code
from homossl.objectives.contrastive_hinge import ContrastiveHinge
from homossl.objectives.forward_model import ForwardModel
from homossl.objectives.group_correlation import GroupCorrelation
from homossl.objectives.heads import MLP, Network, Readout
from homossl.objectives.info_nce import InfoNCE
from homossl.objectives.inverse_model import InverseModel
from homossl.objectives.joint_efference import JointEfference
from homossl.objectives.linear import Linear, PerMotion
from homossl.objectives.local_hinge_rule import LocalHingeRule
from homossl.objectives.motion_prediction import MotionPrediction
from homossl.objectives.relic import ReLIC
from homossl.objectives.siamese import Siamese, SiameseHead
from homossl.objectives.simsiam import SimSiam
from homossl.objectives.tanh_linear import TanhLinear
from homossl.objectives.vicreg import VICReg

__all__ = [
    "BYOL",
    "CLAPP",
    "MLP",
    "Algebra",
    "BarlowTwins",
    "Bins",
    "Code",
    "ContrastiveHinge",
    "ForwardModel",
    "GroupCorrelation",
    "Head",
    "InfoNCE",
    "InverseModel",
    "JointEfference",
    "Linear",
    "LocalHingeRule",
    "MotionPrediction",
    "Network",
    "Objective",
    "PerMotion",
    "ReLIC",
    "Readout",
    "Scaled",
    "Siamese",
    "SiameseHead",
    "SimSiam",
    "Sum",
    "TanhLinear",
    "VICReg",
]
