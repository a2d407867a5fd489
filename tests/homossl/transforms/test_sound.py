"""Masks, noise and loudness of spectrograms: what is drawn, what is changed, and what is refused."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from homossl.transforms import FrequencyMask, Loudness, Noise, TimeMask

EVERY = [FrequencyMask(4, p=1.0), TimeMask(4, p=1.0), Noise(0.1, p=1.0), Loudness(12.0, p=1.0)]


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def spectrograms(n: int = 500) -> torch.Tensor:
    return 0.2 + 0.6 * torch.rand(n, 1, 9, 7, generator=rng())


@pytest.mark.parametrize(("mask", "along", "across"), [(FrequencyMask, 3, 2), (TimeMask, 2, 3)])
def test_masks_silence_neighbours_of_every_width_and_place(mask, along, across) -> None:
    silent = mask(4, p=1.0)(spectrograms(), rng()) == 0
    assert torch.equal(silent.any(along), silent.all(along))  # whole rows or columns
    lines = silent.any(along).flatten(1)
    counts = lines.sum(1)
    assert counts.unique().tolist() == [0, 1, 2, 3, 4]
    assert counts.float().mean() == pytest.approx(2.0, abs=0.2)
    assert ((lines[:, 1:] != lines[:, :-1]).sum(1) <= 2).all()  # one block
    assert lines.any(0).all()


@pytest.mark.parametrize("transform", EVERY, ids=lambda t: type(t).__name__)
def test_each_sample_by_itself_and_the_same_for_the_same_draw(transform) -> None:
    x = spectrograms(8)
    once = transform(x, rng())
    assert torch.equal(once, transform(x, rng()))
    assert not torch.equal(once, transform(x, rng(1)))
    drawn = transform.draw(x, rng())
    parts = [transform.apply(x[i : i + 1], *(part[i : i + 1] for part in drawn)) for i in range(8)]
    assert torch.equal(torch.cat(parts), once)


@pytest.mark.parametrize("kind", [FrequencyMask, TimeMask, Noise, Loudness])
def test_samples_are_changed_with_probability_p(kind) -> None:
    transform = kind(4, p=0.3) if kind in (FrequencyMask, TimeMask) else kind(0.5, p=0.3)
    changed = (transform(spectrograms(), rng()) != spectrograms()).flatten(1).any(1).float().mean()
    assert changed == pytest.approx(0.3 * (0.8 if kind in (FrequencyMask, TimeMask) else 1), abs=0.06)


def test_noise_has_its_deviation() -> None:
    x = torch.full((50, 1, 9, 7), 0.5)
    assert (Noise(0.05, p=1.0)(x, rng()) - x).std() == pytest.approx(0.05, rel=0.05)


@given(most=st.floats(0, 6))
def test_loudness_leaves_silence_silent(most) -> None:
    x = spectrograms(20).masked_fill(torch.rand(20, 1, 9, 7, generator=rng()) < 0.5, 0)
    louder = Loudness(most, 60.0, p=1.0)(x, rng())
    assert torch.equal(louder == 0, x == 0)
    change = (louder - x)[x > 0]
    assert change.abs().max() <= most / 60 + 1e-6


@pytest.mark.parametrize(
    ("match", "make"),
    [
        ("width is a whole number", lambda: FrequencyMask(0)),
        ("p is a probability", lambda: TimeMask(1, p=2.0)),
        ("std is a finite number", lambda: Noise(-1.0)),
        ("most is a finite number", lambda: Loudness(-1.0)),
        ("unit is a finite number above 0", lambda: Loudness(1.0, unit=0.0)),
        ("does not fit spectrograms of shape", lambda: FrequencyMask(10)(spectrograms(2))),
        ("does not fit spectrograms of shape", lambda: TimeMask(8)(spectrograms(2))),
        ("takes images", lambda: Noise(1.0)(torch.zeros(2, 9, 7))),
    ],
)
def test_what_has_no_meaning_is_refused(match, make) -> None:
    with pytest.raises(ValueError, match=match):
        make()
