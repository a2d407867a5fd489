import json

import pytest
import torch

from homossl.train.logs import Log, Meter, keep_rows, read_rows
from homossl.types import Loss


def loss(value, **terms):
    return Loss(torch.tensor(float(value)), {name: torch.tensor(float(term)) for name, term in terms.items()})


def test_the_meter_reads_the_last_step_averaged_over_its_batches():
    meter = Meter(step=3)
    meter.add([loss(7.0, a=7)])
    meter.add([loss(1.0, a=4), loss(2.0, a=8)])
    assert meter.read() == {"loss": 1.5, "a": 6.0}
    assert meter.step == 5
    assert meter.read() == {}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_the_meter_names_the_first_step_and_term_that_is_not_finite(value):
    meter = Meter(step=3)
    for row in (loss(1.0, a=1, b=1), loss(1.0, a=1, b=value), loss(value, a=1, b=1)):
        meter.add([row])
    with pytest.raises(FloatingPointError, match=f"^step 5: expected finite losses, got b = {value:g}$"):
        meter.read()


def test_terms_may_change_from_step_to_step():
    meter = Meter(step=0)
    meter.add([loss(1.0, a=1)])
    meter.add([loss(2.0, b=1, c=2)])
    assert meter.read() == {"loss": 2.0, "b": 1.0, "c": 2.0}


def test_rows_after_the_step_and_torn_rows_are_dropped(tmp_path):
    path = tmp_path / "metrics.jsonl"
    keep_rows(path, 2)
    assert not path.exists()
    path.write_text("".join(json.dumps({"step": step}) + "\n" for step in (1, 2, 3)) + '{"step": 2')
    keep_rows(path, 2)
    assert path.read_text() == '{"step": 1}\n{"step": 2}\n'


def test_whole_rows_are_read(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1, "loss": 2.0}\n{"step": 2')
    assert read_rows(path) == [{"step": 1, "loss": 2.0}]
    path.write_text("[1]\n")
    with pytest.raises(ValueError, match=r"metrics\.jsonl, line 1: expected a row"):
        read_rows(path)


def test_what_is_no_training_takes_nothing_from_its_speed(tmp_path, monkeypatch):
    now = iter([0.0, 1.0, 5.0, 6.0])
    monkeypatch.setattr("homossl.train.logs.time.perf_counter", lambda: next(now))
    log = Log(tmp_path, 0)
    with log.paused():
        pass
    assert next(now) - log.time == 2.0


@pytest.mark.parametrize("row", ["{", "[1]", '{"loss": 1.0}'])
def test_a_damaged_row_is_named_and_nothing_is_written(tmp_path, row):
    path = tmp_path / "metrics.jsonl"
    text = f'{{"step": 1}}\n{row}\n{{"step": 3}}\n'
    path.write_text(text)
    with pytest.raises(ValueError, match=r"metrics\.jsonl, line 2: expected a row"):
        keep_rows(path, 2)
    assert path.read_text() == text
