"""YAML as kustomize reads it."""

from kplan.manifest.goyaml import read


def test_an_anchor_that_is_set_again_stands_for_the_later_value() -> None:
    (only,) = read("a: &x {z: 1}\nb: *x\nc: &x [2]\nd: *x\n")
    assert only.value == {"a": {"z": 1}, "b": {"z": 1}, "c": [2], "d": [2]}
