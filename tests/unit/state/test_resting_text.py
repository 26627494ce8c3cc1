"""What is kept of a state's rest: read as it was written, and passed over where another program wrote it."""

import json

import pytest

from kplan.api.gvk import ObjectKey
from kplan.state.resting import Resting

KEPT = Resting(
    "2 0.1.0 1.36 a",
    {"at": 1, "wake": []},
    7,
    3,
    [{"metadata": {"name": "a"}}],
    [ObjectKey("", "Pod", "b", "c")],
)
HELD = json.loads(KEPT.text())


def test_resting_is_read_as_it_was_written() -> None:
    assert Resting.parse(KEPT.text()) == KEPT


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "3", "{", "[" * 100_000,
        *(json.dumps({key: value for key, value in HELD.items() if key != name}) for name in ("latest", "rest", "gone", "terms")),
        *(
            json.dumps({**HELD, **other})
            for other in (
                {"more": 1}, {"latest": "x"}, {"version": None}, {"objects": {}}, {"objects": [3]}, {"objects": [{"metadata": 1}]},
                {"gone": [["a"]]}, {"gone": 4}, {"gone": [[1, 2, 3, 4]]}, {"rest": []}, {"terms": 1},
            )
        ),
    ],
)  # fmt: skip
def test_what_this_version_did_not_write_is_passed_over(text: str) -> None:
    assert Resting.parse(text) is None
