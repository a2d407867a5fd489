import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import recipe

from homossl.train.recipe import Recipe
from homossl.train.schedule import Cosine
from homossl.train.spec_json import decode, differences, differing, encode


@dataclass(frozen=True)
class Anything:
    value: object


@dataclass
class Thawed:
    value: int = 0


leaves = (
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False) | st.builds(Path, st.just("a/b"))
)
values = st.recursive(leaves, lambda inner: st.lists(inner).map(tuple) | st.builds(Anything, inner), max_leaves=8)


@given(values)
def test_a_spec_is_read_back_as_it_was(value):
    assert decode(json.loads(json.dumps(encode(Anything(value)), allow_nan=False))) == Anything(value)


def test_a_recipe_is_read_back_as_it_was():
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_json(replace(recipe, seed=1).to_json()) != recipe


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"class": "os:system"}, "expected a frozen dataclass, got 'os:system'"),
        ({"class": "not_imported_yet:Spec"}, "neither in homossl, groups, experiments nor imported already"),
        ({"class": "homossl.train.schedule:Sine"}, "neither in homossl, groups, experiments nor imported already"),
        ({"class": f"{__name__}:Thawed", "value": 1}, "expected a frozen dataclass"),
        (
            {"class": "homossl.train.schedule:Cosine", "warmdown": 1.0},
            r"fields \['final', 'warmup'\], got \['warmdown'\]",
        ),
        ({"class": "groups.finite:Cyclic"}, "missing 1 required positional argument: 'n'"),
        (
            {"class": "homossl.train.schedule:Cosine", "warmup": {"object": "m:C"}},
            r"spec.warmup was an object of class m:C",
        ),
        ({"klass": "groups.finite:Cyclic"}, r"expected a 'class' among the keys, got \['klass'\]"),
    ],
)
def test_what_is_not_a_spec_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        decode(data)


def test_the_json_of_another_spec_is_no_recipe():
    with pytest.raises(ValueError, match="expected the JSON of a Recipe, got that of a Cosine"):
        Recipe.from_json(json.dumps(encode(Cosine())))


def test_differences_name_the_fields():
    other = replace(recipe, epochs=9, optimiser=replace(recipe.optimiser, lr=0.5), schedule=Anything(1))
    changed = differences(encode(recipe), encode(other))
    assert changed[:1] + changed[2:] == ["optimiser.lr: 0.01 -> 0.5", "epochs: 4 -> 9"]
    assert changed[1].startswith("schedule: homossl.train.schedule:Cosine -> ")
    assert differences(encode(recipe), encode(recipe)) == []


def test_fields_that_differ_have_a_value_for_every_spec():
    others = replace(recipe, epochs=9), replace(recipe, schedule=Anything(1))
    found = differing(*map(encode, (recipe, *others)))
    assert found["epochs"] == (4, 9, 4)
    assert [value["class"].partition(":")[2] for value in found["schedule"]] == ["Cosine", "Cosine", "Anything"]
    assert set(found) == {"epochs", "schedule"}
    assert differing(encode(recipe), encode(recipe), encode(recipe)) == {}
    old = encode(recipe)
    del old["angles_every"]
    assert differing(old, encode(recipe)) == {}, "what a recipe of before lacks is None"


def test_objects_that_json_cannot_hold_are_named():
    assert encode(Anything(object())) == {"class": f"{__name__}:Anything", "value": {"object": "builtins:object"}}


@pytest.mark.parametrize("wrong", [{"epochs": -1}, {"batch_size": 0}, {"checkpoint_every": 0}, {"seed": -1}])
def test_a_recipe_refuses_sizes_out_of_range(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be at least"):
        replace(recipe, **wrong)
