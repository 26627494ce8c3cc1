"""The pieces of kplan describe: a page whose columns are aligned as Go's tabwriter does it, and fields as words."""

from datetime import UTC, datetime

import pytest

from kplan.kubectl.printers.describe import ROSTER, Page, Scene, describe
from kplan.kubectl.printers.describe.generic import label_of
from kplan.kubectl.printers.describe.page import aligned
from kplan.kubectl.printers.describe.words import host_port, moment
from kplan.state.store import Store

VALUE = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "keys", "namespace": "shop"}}
SCENE = Scene(Store(), datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\nccc\td\n", "a    b\nccc  d\n"),
        ("a\tb\nplain\nccc\td\n", "a  b\nplain\nccc  d\n"),
        ("a\tb\tc\nddd\te\n", "a    b  c\nddd  e\n"),
        ("\tx\nyy\tz\n", "    x\nyy  z\n"),
        ("a\tb\fccc\td", "a  b\nccc  d"),
        ("é\tb\nee\tc", "é   b\nee  c"),
    ],
)
def test_columns_are_as_wide_as_their_neighbours_above_and_below(text: str, expected: str) -> None:
    assert aligned(text) == expected


def test_a_nested_page_indents_every_piece() -> None:
    page = Page()
    page.nested(2).write(0, "Labels:\t")
    page.nested(2).end("<none>")
    assert page.text() == "    Labels:      <none>\n"


def test_terminal_escapes_are_shown() -> None:
    page = Page()
    page.field(0, "Note", "\x1b[31m\r")
    assert page.text() == "Note:  ^[[31m\\r\n"


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("podIP", "Pod IP"), ("apiVersion", "API Version"), ("uid", "UID"), ("lastTransitionTime", "Last Transition Time"),
        ("with.dot", "with.dot"), ("fooBARBaz", "Foo BARBaz"), ("HTTPGet", "HTTPGet"), ("clusterIPs", "Cluster I Ps"),
    ],
)  # fmt: skip
def test_labels_split_words(field: str, label: str) -> None:
    assert label_of(field) == label


def test_times_and_addresses() -> None:
    assert moment("2026-01-02T03:04:05+01:00") == "Fri, 02 Jan 2026 02:04:05 +0000"
    assert moment(None) == "Mon, 01 Jan 0001 00:00:00 +0000"
    assert [host_port("10.0.0.1", 80), host_port("fd00::1", 80)] == ["10.0.0.1:80", "[fd00::1]:80"]


def test_a_hashed_secret_has_no_size() -> None:
    from kplan.state.secrets import hashed

    kept = hashed({**VALUE, "data": {"password": "czNjcjN0"}})
    assert describe(kept, SCENE).endswith("Data\n====\npassword:  <hashed>\n")


def test_other_kinds_are_described_field_by_field() -> None:
    value = {**VALUE, "apiVersion": "example.org/v1"}
    assert ("example.org", "Secret") not in ROSTER
    assert describe(value, SCENE).splitlines()[4:6] == [
        "API Version:  example.org/v1",
        "Kind:         Secret",
    ]
