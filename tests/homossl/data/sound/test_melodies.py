"""Melodies are what their factors say, and shifts of their spectrograms are shifts of the sound."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SO2, Torus, Translation
from homossl.data.sound import ConstantQ, Melodies, SpectrogramAxes
from homossl.data.sound.melodies import MELODIES, TIMBRES, Factors
from homossl.data.split import Split

pytest.importorskip("librosa")

FEW = Melodies(per_melody=3, noise=0.0)
AXES = FEW.axes


def test_melodies_are_the_same_every_time_and_others_for_each_split_and_seed() -> None:
    x = FEW.load("train").x
    assert torch.equal(x, replace(FEW, noise=0).load("train").x)
    assert not torch.equal(x, FEW.load("test").x)
    assert not torch.equal(x, replace(FEW, seed=1).load("train").x)


def test_the_class_is_the_timbre_or_the_melody() -> None:
    timbres, melodies = FEW.load("train"), replace(FEW, label="melody").load("train")
    assert torch.equal(timbres.x, melodies.x)
    assert timbres.classes == TIMBRES
    assert timbres.y.tolist() == [int(2 * (t - 1)) for t in FEW.factors("train").timbre]
    assert melodies.classes == tuple(MELODIES)
    assert melodies.y.bincount().tolist() == [3] * 8


def test_factors_are_those_of_the_sounds() -> None:
    """The lowest loud row of a melody is its pitch, the first loud column its onset."""
    loud = FEW.load("train").x[:, 0] > 0.85
    factors, lowest = FEW.factors("train"), [min(MELODIES[c]) for c in MELODIES for _ in range(3)]
    row = loud.any(2).float().argmax(1) * AXES.semitones
    column = loud.any(1).float().argmax(1) * AXES.seconds
    assert np.abs(row.numpy() - factors.pitch - np.array(lowest)).max() < 2 * AXES.semitones
    assert np.abs(column.numpy() - factors.onset).max() < 2 * AXES.seconds
    assert np.abs(row.numpy() - factors.pitch[::-1] - np.array(lowest)).max() > 2 * AXES.semitones  # control


@dataclass(frozen=True)
class Transposed(Melodies):
    """The same melodies sung at another time and pitch."""

    seconds: float = 0.0
    semitones: float = 0.0

    def factors(self, split: Split) -> Factors:
        own = super().factors(split)
        return replace(own, pitch=own.pitch + self.semitones, onset=own.onset + self.seconds)


@pytest.mark.parametrize("bins", [0, 2, 4])
@pytest.mark.parametrize("frames", [0, 1])
def test_to_sing_later_and_higher_is_to_shift_the_spectrogram(bins, frames) -> None:
    """A shift accounts for more than half of the difference; the rest is how filters of other lengths smear notes."""
    seconds, semitones = frames * AXES.seconds, bins * AXES.semitones
    x = FEW.load("train").x
    sung = Transposed(FEW.per_melody, noise=0.0, seconds=seconds, semitones=semitones).load("train").x
    shifted = AXES.action(AXES.torus)(AXES.shift(AXES.torus, seconds, semitones), x)
    wrong = AXES.action(AXES.torus)(AXES.shift(AXES.torus, seconds, -semitones), x)
    assert (sung - shifted).norm() <= (sung - x).norm() / 2
    assert not bins or (sung - wrong).norm() > 2 * (sung - shifted).norm()  # control


@given(frames=st.integers(-15, 15), bins=st.integers(-23, 23), group=st.sampled_from([AXES.torus, AXES.plane]))
def test_seconds_and_semitones_are_told_again(frames, bins, group) -> None:
    seconds, semitones = frames * AXES.seconds, bins * AXES.semitones
    g = AXES.shift(group, seconds, semitones)
    torch.testing.assert_close(AXES.told(g).double(), torch.tensor([seconds, semitones]).double(), atol=1e-5, rtol=0)


def test_both_groups_move_spectrograms_alike() -> None:
    x = torch.zeros(1, 48, 32)
    x[0, 20, 10] = 1
    for group in (AXES.torus, AXES.plane):
        moved = AXES.action(group)(AXES.shift(group, 2 * AXES.seconds, 3 * AXES.semitones), x)
        assert moved.nonzero().tolist() == [[0, 23, 12]]


@given(factor=st.floats(0.5, 2.0))
def test_stretches_move_what_is_in_a_column_away_from_the_middle(factor) -> None:
    """A ramp from the middle, x(t) = t, becomes t / factor, wherever that lies on the spectrogram."""
    g, time = AXES.stretch(factor), torch.arange(32) - 15.5
    stretched, seen = AXES.in_time(g, time.expand(48, 32)), AXES.in_time.seen(g, (48, 32))
    torch.testing.assert_close(stretched[:, seen], (time / factor).expand(48, 32)[:, seen], atol=2e-2, rtol=0)
    later = AXES.in_time(AXES.stretch(1.0, 2 * AXES.seconds), time.expand(48, 32))
    torch.testing.assert_close(later[:, 2:], (time - 2).expand(48, 32)[:, 2:])


def test_the_reach_is_in_the_order_of_the_group() -> None:
    seconds, semitones = 2 * AXES.seconds, 3 * AXES.semitones
    assert AXES.reach(AXES.torus, seconds, semitones) == pytest.approx((3, 2))
    assert AXES.reach(AXES.plane, seconds, semitones) == pytest.approx((2, 3))
    assert (AXES.torus, AXES.plane) == (Torus(48, 32), Translation(2))


@pytest.mark.parametrize(
    ("match", "make"),
    [
        ("per_melody >= 1", lambda: Melodies(per_melody=0)),
        ("noise >= 0", lambda: Melodies(noise=-1.0)),
        ("label is one of", lambda: Melodies(label="key")),  # type: ignore[arg-type]
        ("three notes take", lambda: Melodies(spectrogram=ConstantQ(frames=8))),
        ("sizes and units above 0", lambda: SpectrogramAxes(1, 1, 0.0, 1.0)),
    ],
)
def test_specs_without_meaning_are_refused(match, make) -> None:
    with pytest.raises(ValueError, match=match):
        make()


def test_elements_of_other_groups_are_refused() -> None:
    with pytest.raises(TypeError, match="shifts of Torus or Translation"):
        AXES.told(SO2().identity())
