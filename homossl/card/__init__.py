"""Model cards: what a run is, what it learned from, how good it is, what it keeps, and how to load it."""

from homossl.card.known import Known, know
from homossl.card.page import card
from homossl.card.save import save

__all__ = ["Known", "card", "know", "save"]
