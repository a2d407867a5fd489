"""What a run has learned from, and under which licence, as far as that is known."""

from __future__ import annotations

from homossl.card.known import Known
from homossl.card.markdown import bullets
from homossl.card.words import sentence, within
from homossl.run_report.words import brief
from homossl.train.spec_json import encode

OURS = "made by homossl's own code (Apache 2.0)"
LICENCES = {
    "Digits": "CC BY 4.0, as the UCI repository says of Optical Recognition of Handwritten Digits",
    "MNIST": "none stated by its authors, as far as we know",
    "FashionMNIST": "MIT",
    "CIFAR10": "none stated; its authors ask to be cited",
    "CIFAR100": "none stated; its authors ask to be cited",
    "STL10": "none stated; the images are from ImageNet, whose terms are non-commercial research and education",
    "FSDD": "CC BY-SA 4.0",
    "SpeechCommands": "CC BY 4.0",
    "ModelNet": "academic use, as its authors say; the meshes belong to those who made them",
    "DigitScenes": "that of Digits, CC BY 4.0",
    "OxfordPet": "CC BY-SA 4.0",
    "VOC": "the terms of use of Flickr, from where the images are",
    "COCO": "CC BY 4.0 for the annotations, the terms of use of Flickr for the images",
    "Solids": OURS,
    "Melodies": OURS,
}
"""Licences by the names of our data specifications; look them up at the source before you rely on them."""
UNKNOWN = "not known to homossl: write here where the data is from, and what its licence allows"


def data(known: Known) -> str:
    """The section."""
    spec = known.recipe.data
    about = sentence(spec)
    learned = f"Trained on the split `train` of `{brief(encode(spec), 3)}`, without labels. {about}".strip()
    return "\n\n".join([learned, bullets(licences(spec))])


def licences(spec: object) -> list[str]:
    """What is known of the licence of each source of data in a specification.

    >>> from homossl.data import Digits
    >>> licences(Digits())
    ['Licence of Digits: CC BY 4.0, as the UCI repository says of Optical Recognition of Handwritten Digits.']
    """
    sources = [type(part).__name__ for part in within(spec)]
    found = [f"Licence of {name}: {LICENCES[name]}." for name in sources if name in LICENCES]
    return found or [f"Licence of {type(spec).__name__}: {UNKNOWN}."]
