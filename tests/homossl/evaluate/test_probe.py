"""Probes find classes where there are some, and chance where there are none."""

import pytest
import torch

from homossl.evaluate import Accuracy, draw_labels, few_labels, linear_probe, standardise

CLASSES, PER_CLASS = 4, 50


def clusters(spread, seed=0):
    rng = torch.Generator().manual_seed(seed)
    y = torch.arange(CLASSES).repeat(PER_CLASS)
    centres = torch.randn(CLASSES, 16, generator=torch.Generator().manual_seed(7))
    return centres[y] + spread * torch.randn(len(y), 16, generator=rng), y


def split(spread):
    return *clusters(spread, 0), *clusters(spread, 1)


def shuffled(y):
    return y[torch.randperm(len(y), generator=torch.Generator().manual_seed(2))]


def test_linear_probe_finds_clusters_and_nothing_in_shuffled_labels():
    z, y, test_z, test_y = split(0.3)
    assert linear_probe(z, y, test_z, test_y) == 1
    assert linear_probe(z, shuffled(y), test_z, test_y) < 0.5  # control: chance is 0.25


def test_linear_probe_does_not_see_the_units_of_a_feature():
    z, y, test_z, test_y = split(1.5)
    units = 10.0 ** torch.linspace(-3, 3, 16)
    accuracy = linear_probe(z * units + 5, y, test_z * units + 5, test_y)
    assert 0.5 < linear_probe(z, y, test_z, test_y) < 1
    assert accuracy == pytest.approx(linear_probe(z, y, test_z, test_y), abs=0.02)


def test_standardise_uses_training_statistics_and_survives_constants():
    z = torch.tensor([[1.0, 5.0], [3.0, 5.0]])
    train, test = standardise(z, torch.tensor([[4.0, 7.0]]))
    assert train.tolist() == [[-1, 0], [1, 0]]
    assert test.tolist() == [[2, 2]]


def test_more_labels_help():
    one, ten = (few_labels(*split(1.5), k, repeats=5) for k in (1, 10))
    assert one.mean + 0.1 < ten.mean <= linear_probe(*split(1.5)) + 0.02
    assert one.std is not None
    assert one.std > 0


def test_all_labels_of_each_class_is_the_linear_probe():
    z, y, test_z, test_y = split(1.5)
    every = few_labels(z, y, test_z, test_y, PER_CLASS, repeats=1)
    assert every.mean == pytest.approx(linear_probe(z, y, test_z, test_y), abs=0.005)
    assert every.std is None


def test_few_labels_depend_on_the_seed_only():
    first = few_labels(*split(1.5), 2, seed=3)
    torch.manual_seed(5)
    assert few_labels(*split(1.5), 2, seed=3) == first != few_labels(*split(1.5), 2, seed=4)


def test_few_labels_standardise_by_the_whole_training_set():
    z, y, test_z, test_y = split(0.3)
    whole = few_labels(z, y, test_z, test_y, 2, repeats=1)
    outlier = torch.cat([z, 1e4 * torch.ones(1, 16)])
    squeezed = few_labels(outlier, torch.cat([y, y[:1]]), test_z, test_y, 2, repeats=1)
    assert squeezed.mean < whole.mean  # an unlabelled outlier sets the scale


def test_draws_are_balanced_distinct_and_move_on():
    y = torch.tensor([0] * 30 + [1] * 10 + [4] * 20)
    rng = torch.Generator().manual_seed(0)
    first, second = draw_labels(y, 5, rng), draw_labels(y, 5, rng)
    for index in (first, second):
        assert y[index].tolist() == [0] * 5 + [1] * 5 + [4] * 5
        assert len(index.unique()) == 15
    assert not torch.equal(first, second)


@pytest.mark.parametrize("k", [0, 3])
def test_too_many_labels_name_the_class(k):
    y = torch.tensor([0, 0, 0, 1, 1])
    with pytest.raises(ValueError, match=rf"expected 1..2, the images of class 1 \(the rarest\), got {k}"):
        draw_labels(y, k, torch.Generator())


def test_no_draws_are_refused():
    with pytest.raises(ValueError, match="at least 1 draw of labels, got 0"):
        few_labels(*split(1.0), 1, repeats=0)


def test_accuracy_statistics():
    two = Accuracy.over([0.2, 0.4])
    assert (two.mean, two.std) == pytest.approx((0.3, 0.2 / 2**0.5))
    assert Accuracy.over([0.2]) == Accuracy(0.2, None)
