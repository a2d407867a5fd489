"""How what a run sees is moved, as views that are two inputs."""

from __future__ import annotations

from dataclasses import replace

from homossl.learner import Learner
from homossl.views import EfferencePair, InputAugmentation, ViewSource, Window
from homossl.views.base import MovedViews


def motions_of(learner: Learner) -> ViewSource:
    """Inputs that are moved as the views of a learner are, by the same draws of the same group, and nothing else.

    Views that are read from one feature field are moved in the input instead. Frames are seen as they are, with the
    motions between them; inputs of any other views are moved freely by the group of the encoder.
    """
    views = learner.views
    if isinstance(views, InputAugmentation):
        return replace(views, transforms=(), window=Window())
    if isinstance(views, MovedViews):
        return InputAugmentation(views.action, views.motion)
    if isinstance(views, EfferencePair):
        return replace(views, window=Window())
    return InputAugmentation(learner.encoder.action_in)
