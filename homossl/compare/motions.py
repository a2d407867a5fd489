"""How a run moves what it sees, as motions of inputs."""

from __future__ import annotations

from dataclasses import replace

from homossl.learner import Learner
from homossl.views import InputAugmentation, Window
from homossl.views.base import MovedViews


def motions_of(learner: Learner) -> InputAugmentation:
    """Inputs that are moved as the views of a learner are, by the same draws of the same group, and nothing else.

    Views that are read from one feature field are moved in the input instead; where views are frames of a user's own,
    inputs are moved freely by the group of the encoder.
    """
    views = learner.views
    if isinstance(views, InputAugmentation):
        return replace(views, transforms=(), window=Window())
    if isinstance(views, MovedViews):
        return InputAugmentation(views.action, views.motion)
    return InputAugmentation(learner.encoder.action_in)
