"""Each measure agrees with its definition, written out over all pairs, and tells good latents from bad ones."""

import json
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score
from torch.utils._python_dispatch import TorchDispatchMode

from homossl.evaluate.latent import (
    alignment,
    class_similarity,
    class_sums,
    cosine_histogram,
    effective_rank,
    fisher_ratio,
    histogram,
    latent_structure,
    silhouette,
    singular_values,
    sphere,
    uniformity,
    within_and_between,
)

CLASSES = 3


@pytest.fixture
def latents():
    rng = torch.Generator().manual_seed(0)
    y = torch.randint(CLASSES, (40,), generator=rng)
    centres = torch.randn(CLASSES, 6, generator=rng)
    return centres[y] + 0.7 * torch.randn(40, 6, generator=rng) + 0.5, y


def shuffled(y):
    return y[torch.randperm(len(y), generator=torch.Generator().manual_seed(1))]


def all_cosines(z):
    return F.cosine_similarity(z.double()[:, None], z.double()[None], dim=-1)


def test_within_and_between_are_means_over_all_pairs(latents):
    z, y = latents
    distance, same = 1 - all_cosines(z), y[:, None] == y
    expected = distance[same & ~torch.eye(len(y), dtype=torch.bool)].mean(), distance[~same].mean()
    assert within_and_between(class_sums(z, y)) == pytest.approx([value.item() for value in expected], abs=1e-12)
    within, between = within_and_between(class_sums(z, shuffled(y)))
    assert abs(within - between) < 0.1 < expected[1] - expected[0]  # control


def test_class_similarity_is_the_mean_cosine_of_each_pair_of_classes(latents):
    z, y = latents
    cosines, similarity = all_cosines(z), class_similarity(class_sums(z, y))
    for a in range(CLASSES):
        for b in range(CLASSES):
            block = cosines[y == a][:, y == b]
            pairs = block if a != b else block[~torch.eye(len(block), dtype=torch.bool)]
            assert similarity[a, b].item() == pytest.approx(pairs.mean().item(), abs=1e-12)
    with_itself = cosines[y == 0][:, y == 0].mean().item()
    assert similarity[0, 0].item() != pytest.approx(with_itself, abs=1e-3)  # control: a latent is no pair with itself


def test_a_class_of_one_has_no_pairs():
    similarity = class_similarity(class_sums(torch.randn(4, 3), torch.tensor([0, 0, 0, 1])))
    assert similarity.isnan().tolist() == [[False, False], [False, True]]


def test_silhouette_is_that_of_scikit_learn(latents):
    z, y = latents
    expected = silhouette_score(z.double().numpy(), y.numpy(), metric="cosine")
    assert silhouette(class_sums(z, y)) == pytest.approx(expected, abs=1e-12)
    assert silhouette(class_sums(z, shuffled(y))) < 0 < expected  # control
    assert expected != pytest.approx(silhouette_score(z.numpy(), y.numpy()), abs=1e-3)  # control: Euclidean


def test_silhouette_of_a_latent_alone_in_its_class_is_zero():
    z, y = torch.randn(9, 4, generator=torch.Generator().manual_seed(0)), torch.tensor([0] * 4 + [1] * 4 + [2])
    assert silhouette(class_sums(z, y)) == pytest.approx(silhouette_score(z.numpy(), y.numpy(), metric="cosine"))


def test_fisher_ratio_is_that_of_the_scatter_matrices(latents):
    z, y = latents
    within = sum(np.cov(z[y == a].T.double().numpy(), bias=True) * int((y == a).sum()) for a in range(CLASSES))
    total = np.cov(z.T.double().numpy(), bias=True) * len(z)
    expected = np.trace(total - within) / np.trace(within)
    assert fisher_ratio(z, y) == pytest.approx(expected)
    assert fisher_ratio(5 * z, y) == pytest.approx(expected)
    assert fisher_ratio(z, shuffled(y)) < 0.3 * expected  # control
    assert fisher_ratio(y[:, None].float(), y) == math.inf


def test_alignment_and_uniformity_are_means_over_pairs(latents, monkeypatch):
    z, _ = latents
    u = F.normalize(z.double(), dim=1)
    pairs = torch.tensor([[((a - b) ** 2).sum() for a in u] for b in u])[~torch.eye(len(u), dtype=torch.bool)]
    assert uniformity(z) == pytest.approx(torch.exp(-2 * pairs).mean().log().item(), abs=1e-12)
    monkeypatch.setattr(sphere, "CHUNK", 7)
    assert uniformity(z) == pytest.approx(torch.exp(-2 * pairs).mean().log().item(), abs=1e-12)
    v = u.roll(1, 0)
    assert alignment(z, z.roll(1, 0)) == pytest.approx((u - v).square().sum(1).mean().item())
    assert alignment(z, z.roll(1, 0), alpha=1) == pytest.approx((u - v).norm(dim=1).mean().item())
    assert alignment(z, 3 * z) < 1e-12 < alignment(z, z.roll(1, 0))  # control


def test_collapse_is_neither_uniform_nor_of_rank():
    one = torch.ones(20, 5)
    spread = torch.randn(20, 5, generator=torch.Generator().manual_seed(0))
    assert uniformity(one) == pytest.approx(0, abs=1e-12)
    assert uniformity(spread) < -1  # control
    assert effective_rank(singular_values(one)) == 0
    assert effective_rank(singular_values(spread)) > 4  # control


def strict_json(value):
    return json.loads(json.dumps(value, allow_nan=False))


@pytest.mark.parametrize("scale", [1.0, 0.1, 1 / 3, 0.1 / 3])
def test_collapsed_latents_are_collapsed_whatever_the_rounding_of_their_mean(scale):
    y = torch.arange(69) % 3
    one_point = latent_structure(torch.full((69, 5), scale, dtype=torch.float64), y)
    assert math.isnan(one_point.fisher)
    assert one_point.silhouette == one_point.effective_rank == 0
    assert strict_json(one_point.to_dict())["fisher"] is None
    three_points = latent_structure(scale * (1 + F.one_hot(y).double() / 7), y)
    assert three_points.fisher == math.inf
    assert three_points.effective_rank == pytest.approx(2)
    assert strict_json(three_points.to_dict())["fisher"] is None


@pytest.mark.parametrize(("scale", "dtype"), [(1e-20, torch.float32), (1e20, torch.float32), (1e-150, torch.float64)])
def test_the_scale_of_latents_changes_no_cosine(latents, scale, dtype):
    z, y = latents[0].to(dtype), latents[1]
    plain, scaled = (latent_structure(x, y, positives=(x, x.roll(1, 0))) for x in (z, z * scale))
    assert scaled.measures() == pytest.approx(plain.measures(), rel=1e-5)
    assert np.allclose(scaled.similarity, plain.similarity)
    assert plain.within < 0.7  # control: no distance is that of latents without a direction


def test_latents_of_zeros_have_no_direction():
    z, y = torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]]), torch.tensor([0, 0, 1])
    classes = class_sums(z, y)
    assert torch.equal(classes.units, torch.tensor([[0, 0], [0.6, 0.8], [0, 0]], dtype=torch.float64))
    assert within_and_between(classes) == (1, 1)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_has_no_effective_rank(value):
    with pytest.raises(ValueError, match="expected finite singular values, got 1 numbers that are not"):
        effective_rank(torch.tensor([value, 1.0]))


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=6))
def test_effective_rank_is_the_exponential_of_the_entropy(sigma):
    p = np.array(sigma) / sum(sigma)
    rank = effective_rank(torch.diag(torch.tensor(sigma, dtype=torch.float64)).diagonal())
    assert rank == pytest.approx(math.exp(-(p * np.log(p)).sum()))
    assert 1 - 1e-9 <= rank <= len(sigma) + 1e-9


@pytest.mark.parametrize("rank", [1, 2, 4])
def test_effective_rank_counts_equal_directions(rank):
    flat = torch.linalg.qr(torch.randn(12, 6, generator=torch.Generator().manual_seed(0))).Q[:, :rank]
    flat = torch.cat([flat, -flat])  # centred
    assert effective_rank(singular_values(flat)) == pytest.approx(rank)
    stretched = flat * torch.arange(1, rank + 1)
    assert effective_rank(singular_values(stretched)) < rank or rank == 1  # control
    assert effective_rank(singular_values(flat + 9)) == pytest.approx(rank)  # the mean is no dimension


def test_histograms_are_densities_with_the_means(latents, monkeypatch):
    z, y = latents
    classes = class_sums(z, y)
    found = cosine_histogram(classes)
    middles = (np.array(found.edges[1:]) + np.array(found.edges[:-1])) / 2
    for density, mean in zip((found.within, found.between), within_and_between(classes), strict=True):
        assert sum(density) * 2 / len(density) == pytest.approx(1)
        assert middles @ density * 2 / len(density) == pytest.approx(mean, abs=2 / len(density))
    monkeypatch.setattr(histogram, "SAMPLE", 30)
    drawn = [cosine_histogram(classes, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_structure_holds_every_measure(latents):
    z, y = latents
    structure = latent_structure(z, y, positives=(z, 2 * z))
    assert structure.alignment == pytest.approx(0, abs=1e-12)
    assert structure == latent_structure(z, y, positives=(z, 2 * z))
    held = json.loads(json.dumps(structure.to_dict()))
    assert held["effective_rank"] == structure.effective_rank
    assert len(held["similarity"]) == CLASSES
    assert all(f"{value:.3f}" in structure.table() for value in structure.measures().values())
    assert "alignment" not in latent_structure(z, y).measures()
    assert latent_structure(z, shuffled(y)).fisher < structure.fisher  # control


def test_no_matrix_of_all_pairs_is_held():
    z = torch.randn(1000, 2, generator=torch.Generator().manual_seed(0))
    sizes = []

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            out = func(*args, **kwargs or {})
            sizes.extend(t.numel() for t in (out if isinstance(out, tuple | list) else (out,)) if torch.is_tensor(t))
            return out

    with Watch():
        silhouette(class_sums(z, torch.arange(1000) % 2))
        uniformity(z)
        assert max(sizes) <= sphere.CHUNK * len(z)
        torch.cdist(z, z)
        assert max(sizes) == len(z) ** 2  # control


@pytest.mark.parametrize(
    ("z", "y", "message"),
    [
        (torch.zeros(3), torch.zeros(3), r"z: \(n d\) with labels y: \(n\), got \(3,\) and \(3,\)"),
        (torch.zeros(3, 2), torch.zeros(4), r"got \(3, 2\) and \(4,\)"),
        (torch.full((3, 2), math.nan), torch.arange(3), "expected finite latents, got 6 numbers that are not"),
        (torch.zeros(3, 2), torch.zeros(3), r"at least two classes, got labels \[0.0\]"),
    ],
)
def test_what_cannot_be_measured_is_refused(z, y, message):
    for measure in (class_sums, fisher_ratio, latent_structure):
        with pytest.raises(ValueError, match=message):
            measure(z, y)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"got \(3, 2\) and \(2, 2\)"):
        alignment(torch.zeros(3, 2), torch.zeros(2, 2))
    with pytest.raises(ValueError, match=r"at least two latents \(n d\), got \(1, 2\)"):
        uniformity(torch.zeros(1, 2))
