"""Groups, their elements, and how they act: batched torch values that know nothing of learning."""

from groups.action import Action, Hiding, PerSample, Transform
from groups.affine import Affine2
from groups.colour import Hue, PointwiseAction, hue_action
from groups.element import Element
from groups.field import FieldAction, image_action
from groups.finite import Cyclic, Dihedral, Torus
from groups.frequencies import frequencies
from groups.group import FiniteGroup, Group
from groups.homomorphism import Homomorphism, Pullback
from groups.infinitesimal import infinitesimal
from groups.irreps import Irrep
from groups.lattice import point_group
from groups.lie import LieGroup
from groups.planar import O2, SO2, Translation
from groups.plane import plane
from groups.products import DirectProduct, SemidirectProduct
from groups.relative import Mode, relative
from groups.representation import Regular, Representation, Trivial
from groups.similarity import SE2, Similarity2
from groups.spatial import SO3
from groups.standard import Standard
from groups.subgroup import inclusion
from groups.sums import ChangeOfBasis, DirectSum, Tensor

__all__ = [
    "O2",
    "SE2",
    "SO2",
    "SO3",
    "Action",
    "Affine2",
    "ChangeOfBasis",
    "Cyclic",
    "Dihedral",
    "DirectProduct",
    "DirectSum",
    "Element",
    "FieldAction",
    "FiniteGroup",
    "Group",
    "Hiding",
    "Homomorphism",
    "Hue",
    "Irrep",
    "LieGroup",
    "Mode",
    "PerSample",
    "PointwiseAction",
    "Pullback",
    "Regular",
    "Representation",
    "SemidirectProduct",
    "Similarity2",
    "Standard",
    "Tensor",
    "Torus",
    "Transform",
    "Translation",
    "Trivial",
    "frequencies",
    "hue_action",
    "image_action",
    "inclusion",
    "infinitesimal",
    "plane",
    "point_group",
    "relative",
]
