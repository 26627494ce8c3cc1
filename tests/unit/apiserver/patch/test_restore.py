"""A patched map becomes what its type holds, or the first mismatch in the order of the declaration is told."""

from typing import Any

import pytest

from kplan.api.gvk import GroupVersionKind
from kplan.apiserver.restore import RestoreError, restore

POD = GroupVersionKind.of("v1", "Pod")


def pod(container: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container]}}


def test_what_fits_stays_and_numbers_wrap() -> None:
    given = pod(
        {"name": "a", "tty": True, "other": 5, "ports": [{"containerPort": 2**32 + 80, "name": None}]}
    )
    found = restore(given, POD)["spec"]["containers"][0]
    assert found == {"name": "a", "tty": True, "other": 5, "ports": [{"containerPort": 80, "name": None}]}
    assert given["spec"]["containers"][0]["ports"][0]["containerPort"] == 2**32 + 80


@pytest.mark.parametrize(
    ("container", "text"),
    [
        ({"ports": "x", "name": 7}, "cannot convert int64 to string"),
        ({"name": 7, "ports": "x"}, "cannot convert int64 to string"),
        ({"tty": "x", "ports": "x"}, "cannot restore slice from string"),
        ({"tty": 1, "resources": [], "name": "a"}, "cannot restore struct from: slice"),
        ({"tty": "yes", "name": "a"}, "unrecognized type: bool"),
    ],
)
def test_the_first_mismatch_is_that_of_the_declaration(container: dict[str, Any], text: str) -> None:
    with pytest.raises(RestoreError) as caught:
        restore(pod(container), POD)
    assert str(caught.value) == text
