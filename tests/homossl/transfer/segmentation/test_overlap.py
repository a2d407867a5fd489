"""mIoU and pixel accuracy: by hand, and as torchmetrics has them."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from homossl.data.scenes import VOID
from homossl.transfer.segmentation import confusion, mean_iou, pixel_accuracy

K = 5


def masks(values):
    drawn = arrays.arrays("int64", (2, 4, 3), elements=st.sampled_from(values))
    return drawn.map(torch.tensor)


@given(masks(range(K)), masks([*range(K), VOID]).filter(lambda mask: (mask != VOID).any()))
def test_scores_agree_with_torchmetrics(predicted, target):
    from torchmetrics.functional.classification import multiclass_accuracy, multiclass_jaccard_index

    counts = confusion(predicted, target, K)
    theirs = multiclass_jaccard_index(predicted, target, K, average="macro", ignore_index=VOID)
    assert mean_iou(counts) == pytest.approx(theirs.item(), abs=1e-6)
    accuracy = multiclass_accuracy(predicted, target, K, average="micro", ignore_index=VOID)
    assert pixel_accuracy(counts) == pytest.approx(accuracy.item(), abs=1e-6)


def test_control_a_mean_over_images_is_another_number():
    from torchmetrics.segmentation import MeanIoU

    target = torch.tensor([[[0, 0, 0, 1]], [[1, 1, 1, 0]]])
    predicted = torch.tensor([[[0, 0, 0, 0]], [[1, 1, 1, 0]]])
    theirs = MeanIoU(num_classes=2, input_format="index")(predicted, target).item()
    assert abs(mean_iou(confusion(predicted, target, 2)) - theirs) > 0.05


@given(masks([*range(K), VOID]).filter(lambda mask: (mask != VOID).any()), masks(range(K)))
def test_a_perfect_predictor_scores_1_whatever_it_says_of_void(target, elsewhere):
    counts = confusion(target.where(target != VOID, elsewhere), target, K)
    assert mean_iou(counts) == pixel_accuracy(counts) == 1


@given(masks([*range(K), VOID]).filter(lambda mask: (mask != VOID).any()), st.integers(0, K - 1))
def test_a_constant_predictor_has_one_class_among_those_that_occur(target, constant):
    counts = confusion(torch.full_like(target, constant), target, K)
    scored = target[target != VOID]
    share = (scored == constant).double().mean().item()
    assert pixel_accuracy(counts) == pytest.approx(share)
    assert mean_iou(counts) == pytest.approx(share / len({constant, *scored.tolist()}))


def test_by_hand():
    target = torch.tensor([[0, 0, 0, 1], [1, 2, VOID, VOID]])
    predicted = torch.tensor([[0, 0, 1, 1], [1, 0, 2, 0]])
    counts = confusion(predicted, target, 4)  # of the ground 2 of 4, of class 1 2 of 3, of class 2 0 of 1, class 3 none
    assert mean_iou(counts) == pytest.approx((2 / 4 + 2 / 3 + 0) / 3)
    assert pixel_accuracy(counts) == pytest.approx(4 / 6)


def test_counts_of_parts_add_up():
    target, predicted = torch.randint(K, (4, 3, 3)), torch.randint(K, (4, 3, 3))
    parts = [confusion(p, t, K) for p, t in zip(predicted, target, strict=True)]
    assert torch.equal(torch.stack(parts).sum(0), confusion(predicted, target, K))


@pytest.mark.parametrize(
    ("predicted", "target", "message"),
    [
        ([0, 1], [0], r"masks of one shape, got \(2,\) and \(1,\)"),
        ([0], [7], r"target: expected classes in 0..4, .* got 7..7"),
        ([5], [0], r"predicted: expected classes in 0..4, .* got 5..5"),
        ([0], [-1], r"target: .* got -1..-1"),
    ],
)
def test_masks_that_do_not_fit_are_refused(predicted, target, message):
    with pytest.raises(ValueError, match=message):
        confusion(torch.tensor(predicted), torch.tensor(target), K)


@pytest.mark.parametrize("score", [mean_iou, pixel_accuracy])
def test_nothing_to_score_is_told(score):
    counts = confusion(torch.tensor([0, 1]), torch.tensor([VOID, VOID]), K)
    with pytest.raises(ValueError, match="no pixel is scored"):
        score(counts)
