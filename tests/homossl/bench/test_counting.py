"""What a step costs is counted right where it is known by hand."""

import pytest
import torch
from torch import nn

from homossl.bench.counting import count_flops, count_moved, peak_memory
from homossl.bench.timing import take_turns
from homossl.bench.work import Work

CPU = torch.device("cpu")
N = 64


def test_flops_of_a_product_and_of_a_convolution():
    a = torch.rand(N, N)
    x, weights = torch.rand(2, 3, 9, 9), torch.rand(5, 3, 3, 3)
    assert count_flops(lambda: a @ a) == 2 * N**3
    assert count_flops(lambda: nn.functional.conv2d(x, weights)) == 2 * 2 * 5 * 3 * 9 * 7 * 7
    assert count_flops(lambda: a + a) == 0, "the control"


def test_bytes_of_a_sum_and_of_a_view():
    a = torch.rand(N, N)
    assert count_moved(lambda: a + a) == 3 * 4 * N**2
    assert count_moved(lambda: a.T.view(-1, N)) == 0


def test_the_peak_is_that_of_what_is_held_at_once():
    a = torch.rand(N, N)

    def one_after_the_other():
        (a + 1).add_(1)
        (a + 2).add_(1)

    def at_once():
        return a + 1, a + 2, torch.empty(7 * N, N).fill_(0)

    peaks = [peak_memory(Work(step), CPU) for step in (one_after_the_other, at_once, lambda: a.add_(1))]
    assert peaks == pytest.approx([4 * N**2, 9 * 4 * N**2, 0], abs=64), "but for the numbers, which are tensors too"


def test_gradients_of_the_step_before_do_not_count():
    module, x = nn.Linear(N, N, bias=False), torch.rand(1, N)
    step = lambda: module(x).sum().backward()  # noqa: E731
    step()
    again = peak_memory(Work(step), CPU)
    forgotten = peak_memory(Work(step, module=module), CPU)
    assert forgotten is not None
    assert again is not None
    assert module.weight.nbytes <= forgotten < 2 * module.weight.nbytes
    assert again >= forgotten


def test_arms_take_turns_in_an_order_that_turns():
    seen: list[str] = []
    steps = [lambda name=name: seen.append(name) for name in "abc"]
    times = take_turns(steps, rounds=3, count=2, device=CPU)
    assert "".join(seen) == "aabbcc" + "aabbcc" + "bbccaa" + "ccaabb"
    assert [len(row) for row in times] == [3, 3, 3]


def test_times_stay_with_their_arm():
    long, short = torch.rand(400, 400), torch.rand(4, 4)
    rows = take_turns([lambda: long @ long, lambda: short @ short], rounds=4, count=3, device=CPU)
    assert all(first > second for first, second in rows)
