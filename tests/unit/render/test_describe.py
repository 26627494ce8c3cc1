"""kplan describe, against what kubectl describe prints for a custom object."""

from typing import Any

import pytest

from kplan.render.describe import describe, label_of
from kplan.simulation.clock import SECOND, START

VALUE: dict[str, Any] = {
    "apiVersion": "example.org/v1",
    "kind": "Thing",
    "metadata": {
        "name": "x",
        "namespace": "shop",
        "labels": {"c.d/e": "f", "a": "b"},
        "annotations": {"long": "a" * 160, "multi": "a\nb\n", "s": "t"},
    },
    "spec": {
        "clusterIPs": ["a", "b"],
        "empty": {},
        "nested": [{"longerName": 2, "name": "a"}, {"name": "b"}],
        "on": True,
    },
}
TEXT = f"""\
Name:         x
Namespace:    shop
Labels:       a=b
              c.d/e=f
Annotations:  long:
                {"a" * 138}...
              multi:
                a
                b
              s: t
API Version:  example.org/v1
Kind:         Thing
Metadata:
Spec:
  Cluster I Ps:
    a
    b
  Empty:
  Nested:
    Longer Name:  2
    Name:         a
    Name:         b
  On:             true
"""


def test_fields_by_their_names_and_no_events() -> None:
    assert describe(VALUE, [], START) == TEXT + "Events:           <none>\n"


def test_events_in_order_with_their_age() -> None:
    def event(reason: str, first: str, count: int = 1) -> dict[str, Any]:
        stamps = {"firstTimestamp": first, "lastTimestamp": "2026-01-01T00:00:30Z", "count": count}
        return {
            "type": "Normal",
            "reason": reason,
            "source": {"component": "c"},
            "message": "done\n",
            **stamps,
        }

    events = [event("Second", "2026-01-01T00:00:20Z", 3), event("First", "2026-01-01T00:00:10Z")]
    table = describe(VALUE, events, START + 40 * SECOND).removeprefix(TEXT)
    assert table.splitlines() == [
        "Events:",
        "  Type    Reason  Age                From  Message",
        "  ----    ------  ----               ----  -------",
        "  Normal  First   30s                c     done",
        "  Normal  Second  10s (x3 over 20s)  c     done",
    ]


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("podIP", "Pod IP"), ("apiVersion", "API Version"), ("uid", "UID"), ("lastTransitionTime", "Last Transition Time"),
        ("with.dot", "with.dot"), ("fooBARBaz", "Foo BARBaz"), ("HTTPGet", "HTTPGet"),
    ],
)  # fmt: skip
def test_labels_split_words(field: str, label: str) -> None:
    assert label_of(field) == label
