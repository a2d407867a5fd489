from dataclasses import replace
from functools import partial

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny import recipe
from torch import nn

from homossl.train.checkpoint import Checkpoint, CheckpointError
from homossl.train.files import write_atomic
from homossl.train.optimisers import LARS, SGD, AdamW


def trained(spec=AdamW(), width=3, seed=0):
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(2, width), nn.BatchNorm1d(width))
    optimiser = spec.build(net)
    net(torch.randn(4, 2)).pow(3).sum().backward()
    optimiser.step()
    return net, optimiser


def rest(step=1, text="{}"):
    return {"step": step, "shape": (1, 3, 3), "recipe": text, "scaler": {"scale": 2.0}}


@pytest.fixture
def path(tmp_path):
    Checkpoint.of(tmp_path / "c.safetensors", *trained(), **rest(5, recipe.to_json())).write()
    return tmp_path / "c.safetensors"


def rewrite(path, tensors=lambda t: t, metadata=lambda m: m):
    read = Checkpoint.read(path)
    old = {
        "homossl_format": "1",
        "step": "5",
        "shape": "[1, 3, 3]",
        "recipe": read.recipe,
        "scaler": "{}",
        "keys": '["learner.0.bias"]',
    }
    changed = tensors(load_file(path))
    save_file(changed, path, metadata(old | {"keys": str(sorted(changed)).replace("'", '"')}))


@pytest.mark.parametrize("spec", [AdamW(), SGD(), LARS()])
def test_a_restored_run_takes_the_same_next_step(tmp_path, spec):
    net, optimiser = trained(spec)
    Checkpoint.of(tmp_path / "c", net, optimiser, **rest()).write()
    other, other_optimiser = trained(spec, seed=1)
    assert not torch.equal(net[0].weight, other[0].weight)
    Checkpoint.read(tmp_path / "c").restore(other, other_optimiser)
    for module, step in ((net, optimiser.step), (other, other_optimiser.step)):
        module.zero_grad()
        module(torch.ones(4, 2).cumsum(0)).pow(3).sum().backward()
        step()
    assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), other.state_dict().values(), strict=True))


def test_without_its_optimiser_state_the_next_step_differs(path):
    """The control of the test above."""
    net, optimiser = trained()
    other, _ = trained(seed=1)
    Checkpoint.read(path).restore(other)
    fresh = AdamW().build(other)
    for module, step in ((net, optimiser.step), (other, fresh.step)):
        module.zero_grad()
        module(torch.ones(4, 2).cumsum(0)).pow(3).sum().backward()
        step()
    assert not torch.equal(net[0].weight, other[0].weight)


def test_all_that_was_written_is_read(path):
    read = Checkpoint.read(path)
    assert (read.step, read.shape, read.recipe, read.scaler) == (5, (1, 3, 3), recipe.to_json(), {"scale": 2.0})
    assert {"learner.1.running_mean", "optimiser.0.weight.exp_avg"} < set(read.tensors)


def drop(name, tensors):
    return {key: tensor for key, tensor in tensors.items() if key != name}


def put(name, tensor, tensors):
    return tensors | {name: tensor}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (partial(drop, "learner.0.bias"), "missing 'learner.0.bias'"),
        (partial(put, "learner.2.bias", torch.ones(2)), "unexpected 'learner.2.bias'"),
        (
            partial(put, "learner.0.bias", torch.ones(7)),
            r"'learner.0.bias' expected float32 \(3,\), got float32 \(7,\)",
        ),
        (partial(put, "learner.0.bias", torch.ones(3).half()), r"expected float32 \(3,\), got float16 \(3,\)"),
        (
            partial(put, "optimiser.0.bias.exp_avg", torch.ones(7)),
            r"optimiser.0.bias.exp_avg' expected \(3,\), got \(7,\)",
        ),
        (partial(put, "optimiser.9.bias.exp_avg", torch.ones(3)), "unexpected tensor 'optimiser.9.bias.exp_avg'"),
    ],
)
def test_tensors_that_do_not_fit_are_refused_and_nothing_is_loaded(path, change, message):
    rewrite(path, tensors=change)
    net, optimiser = trained(seed=1)
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    with pytest.raises(CheckpointError, match=f"{path}.*{message}"):
        Checkpoint.read(path).restore(net, optimiser)
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())


def test_the_refusals_above_come_from_the_changes(path):
    rewrite(path)
    Checkpoint.read(path).restore(*trained(seed=1))


@pytest.mark.parametrize("kept", [0, 4, 100, -1])
def test_a_truncated_file_is_refused(path, kept):
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match=f"{path}: expected a whole safetensors file"):
        Checkpoint.read(path)


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        (lambda old: None, r"expected the metadata key 'homossl_format', got \[\]"),
        (lambda old: {"format": "pt"}, r"expected the metadata key 'homossl_format', got \['format'\]"),
        (lambda old: drop("step", old), r"expected the metadata key 'step', got \['homossl_format', "),
        (lambda old: old | {"homossl_format": "2"}, "expected homossl_format at most 1, got 2"),
        (lambda old: old | {"keys": '["learner.extra"]'}, "missing 'learner.extra'"),
    ],
)
def test_files_of_others_and_of_the_future_are_refused(path, metadata, message):
    rewrite(path, metadata=metadata)
    with pytest.raises(CheckpointError, match=f"{path}: .*{message}"):
        Checkpoint.read(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=f"no checkpoint at {tmp_path}/none"):
        Checkpoint.read(tmp_path / "none")


def test_state_that_is_no_tensor_is_refused(tmp_path):
    net, optimiser = trained()
    optimiser.state[net[0].bias]["count"] = 3
    with pytest.raises(TypeError, match=r"tensors only, got optimiser.0.bias.count = 3"):
        Checkpoint.of(tmp_path / "c", net, optimiser, **rest())


def test_a_failed_write_leaves_the_old_file(path, monkeypatch):
    old = path.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, b"half")
    assert path.read_bytes() == old


def test_shared_and_strided_tensors_are_written(tmp_path):
    net, optimiser = trained()
    net[1].register_buffer("same", net[0].weight.detach().T)
    saved = Checkpoint.of(tmp_path / "c", net, optimiser, **rest())
    saved.write()
    assert torch.equal(Checkpoint.read(replace(saved).path).tensors["learner.1.same"], net[0].weight.T)


@pytest.mark.parametrize(
    ("key", "damage"), [("step", "x"), ("shape", "[1, -3]"), ("keys", "{"), ("homossl_format", "xx")]
)
def test_damaged_metadata_is_named_with_its_file(path, key, damage):
    rewrite(path, metadata=lambda m: m | {key: damage})
    with pytest.raises(CheckpointError, match=path.name):
        Checkpoint.read(path)


def test_weights_that_are_not_finite_never_replace_a_checkpoint(path):
    before = path.read_bytes()
    net, optimiser = trained()
    Checkpoint.of(path.with_name("control"), net, optimiser, **rest(6)).write()
    with torch.no_grad():
        net[0].weight[0, 0] = torch.nan
    with pytest.raises(FloatingPointError, match=r"learner\.0\.weight is not finite after step 6"):
        Checkpoint.of(path, net, optimiser, **rest(6)).write()
    assert path.read_bytes() == before
