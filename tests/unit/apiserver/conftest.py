"""What tests of the API server share: a way to change one field of an object."""

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest

STEP = re.compile(r"[^.\[\]]+")


@pytest.fixture
def changed() -> Callable[[dict[str, Any], str, Any], dict[str, Any]]:
    """Copies an object with one field set; the value ``<absent>`` removes it."""

    def change(value: dict[str, Any], path: str, new: Any) -> dict[str, Any]:
        *parents, last = STEP.findall(path)
        result = copy.deepcopy(value)
        node: Any = result
        for step in parents:
            node = node[int(step) if isinstance(node, list) else step]
        key = int(last) if isinstance(node, list) else last
        if isinstance(new, str) and new == "<absent>":
            del node[key]
        else:
            node[key] = new
        return result

    return change
