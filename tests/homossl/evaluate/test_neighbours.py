"""Nearest neighbours by cosine agree with scikit-learn, and ties go to the nearest."""

import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier

from homossl.evaluate import knn, neighbours


@pytest.fixture
def split():
    rng = torch.Generator().manual_seed(0)
    z, y = torch.randn(120, 5, generator=rng), torch.randint(2, (120,), generator=rng)
    z[:, 0] += y
    z *= torch.rand(120, 1, generator=rng) * 9 + 1
    return z[:80], y[:80], z[80:], y[80:]


@pytest.mark.parametrize("k", [1, 3, 7])
def test_agrees_with_scikit_learn(split, k, monkeypatch):
    z, y, test_z, test_y = split
    expected = KNeighborsClassifier(k, metric="cosine").fit(z, y).score(test_z, test_y)
    assert knn(z, y, test_z, test_y, k) == pytest.approx(expected)
    monkeypatch.setattr(neighbours, "CHUNK", 7)
    assert knn(z, y, test_z, test_y, k) == pytest.approx(expected)


def test_control_euclidean_neighbours_differ(split):
    z, y, test_z, test_y = split
    euclidean = KNeighborsClassifier(1).fit(z, y).score(test_z, test_y)
    assert knn(z, y, test_z, test_y) != pytest.approx(euclidean)


def test_a_tie_goes_to_the_class_of_the_nearest():
    z, query = torch.tensor([[1.0, 0.3], [1.0, 0.1], [1.0, 0.2], [1.0, 0.4]]), torch.tensor([[1.0, 0.0]])
    y = torch.tensor([0, 1, 0, 1])
    assert knn(z, y, query, torch.tensor([1]), k=4) == 1
    assert knn(z, y, query, torch.tensor([0]), k=4) == 0  # control
    assert knn(z, y, query, torch.tensor([0]), k=3) == 1  # a majority beats the nearest


@pytest.mark.parametrize("k", [0, 81])
def test_impossible_number_of_neighbours_is_refused(split, k):
    with pytest.raises(ValueError, match=rf"expected 1..80 neighbours .* got {k}"):
        knn(*split, k=k)
