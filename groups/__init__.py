"""Groups, their elements, and how they act: batched torch values that know nothing of learning."""

from groups.action import Action, Transform
from groups.element import Element
from groups.field import FieldAction, Hue, PointwiseAction, hue_action, image_action
from groups.finite import Cyclic, Dihedral, Torus
from groups.group import FiniteGroup, Group, LieGroup
from groups.homomorphism import Homomorphism, Pullback
from groups.irreps import Irrep, Standard, frequencies
from groups.planar import O2, SE2, SO2, Affine2, Similarity2, Translation
from groups.plane import plane, point_group
from groups.products import DirectProduct, SemidirectProduct
from groups.representation import Regular, Representation, Trivial
from groups.spatial import SO3
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
    "Homomorphism",
    "Hue",
    "Irrep",
    "LieGroup",
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
    "plane",
    "point_group",
]
