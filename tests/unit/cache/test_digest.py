"""Digests: different data has different ones, and what is no data has none."""

import subprocess
import sys

import pytest

from kplan.cache.digest import UndigestibleError, digest
from kplan.diagnostics import Severity
from kplan.lint.presets import Preset
from kplan.lint.selection import LintOptions

DIFFERENT = (
    None, True, 1, 1.0, "1", b"1", "True", (), [], {}, frozenset(), ("",), ("", ""), ("a", "b"), ("ab",), (("a",), "b"),
    ("a", ("b",)), {"a": "b"}, {"a": {"b": None}}, ["a", "b"], Severity.ERROR, Severity.INFO, "error", Preset.STRICT,
)  # fmt: skip


def test_what_differs_has_another_digest() -> None:
    assert len({digest(one) for one in DIFFERENT}) == len(DIFFERENT)


@pytest.mark.parametrize(
    "change",
    [
        {"select": ("SEC",)}, {"ignore": ("SEC",)}, {"namespace": "b"}, {"suppress": False}, {"show_unknown": True},
        {"severities": {"SEC": Severity.INFO}}, {"per_file": {"a": ("SEC",)}}, {"per_namespace": {"a": ("SEC",)}},
        {"root": "/"}, {"preset": Preset.STRICT}, {"workloads": {}}, {"honor": ("polaris",)},
    ],
)  # fmt: skip
def test_every_option_counts(change: dict[str, object]) -> None:
    assert digest(LintOptions()) != digest(LintOptions()._replace(**change))


def test_what_does_something_has_no_digest() -> None:
    with pytest.raises(UndigestibleError):
        digest({"check": lambda: None})


def test_digest_of_a_set_is_the_same_in_other_processes() -> None:
    code = "from kplan.cache.digest import digest; print(digest(frozenset('abcdef')), end='')"
    made = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert made == {digest(frozenset("abcdef"))}
