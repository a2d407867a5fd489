"""Groups, their elements, and how they act: batched torch values that know nothing of learning."""

from groups.action import Action, Hiding, PerSample, Transform
from groups.affine import Affine2
from groups.base_space import Field
from groups.colour import Hue, PointwiseAction, hue_action
from groups.element import Element
from groups.field import FieldAction, image_action
from groups.finite import Cyclic, Dihedral, Torus
from groups.frequencies import frequencies
from groups.functions import RotationFunctions, SphereFunctions
from groups.gain import Gain
from groups.group import FiniteGroup, Group
from groups.homomorphism import Homomorphism, Pullback
from groups.infinitesimal import infinitesimal
from groups.irreps import Irrep
from groups.lattice import point_group
from groups.lie import LieGroup
from groups.line import Affine1
from groups.line_field import LineAction, signal_action
from groups.octahedral import Octahedral
from groups.permutations import Symmetric
from groups.planar import O2, SO2, Translation
from groups.plane import plane
from groups.points import PointAction
from groups.products import DirectProduct, SemidirectProduct
from groups.relative import Mode, relative
from groups.representation import Regular, Representation, Trivial
from groups.rigid import SE3
from groups.scale import Scale
from groups.scale_field import ScaleField, scale_field
from groups.scale_space import ScaleSpace
from groups.similarity import SE2, Similarity2
from groups.spatial import O3, SO3
from groups.standard import Standard
from groups.subgroup import inclusion
from groups.sums import ChangeOfBasis, DirectSum, Tensor
from groups.volume import VolumeAction

__all__ = [
    "O2",
    "O3",
    "SE2",
    "SE3",
    "SO2",
    "SO3",
    "Action",
    "Affine1",
    "Affine2",
    "ChangeOfBasis",
    "Cyclic",
    "Dihedral",
    "DirectProduct",
    "DirectSum",
    "Element",
    "Field",
    "FieldAction",
    "FiniteGroup",
    "Gain",
    "Group",
    "Hiding",
    "Homomorphism",
    "Hue",
    "Irrep",
    "LieGroup",
    "LineAction",
    "Mode",
    "Octahedral",
    "PerSample",
    "PointAction",
    "PointwiseAction",
    "Pullback",
    "Regular",
    "Representation",
    "RotationFunctions",
    "Scale",
    "ScaleField",
    "ScaleSpace",
    "SemidirectProduct",
    "Similarity2",
    "SphereFunctions",
    "Standard",
    "Symmetric",
    "Tensor",
    "Torus",
    "Transform",
    "Translation",
    "Trivial",
    "VolumeAction",
    "frequencies",
    "hue_action",
    "image_action",
    "inclusion",
    "infinitesimal",
    "plane",
    "point_group",
    "relative",
    "scale_field",
    "signal_action",
]
