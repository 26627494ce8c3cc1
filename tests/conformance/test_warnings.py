"""Warnings of older minors against those that real servers gave: all cases that have some, and a part of the others."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kplan.apiserver.server import Server
from kplan.schema.catalog import Catalog
from kplan.state.store import Store

RECORDINGS = Path(__file__).parents[2] / "fixtures" / "conformance"
FLOOR = 0.995
EVERY = 25


def accepted(minor: str) -> Iterator[dict[str, Any]]:
    with lzma.open(RECORDINGS / f"admission-{minor}.jsonl.xz", "rt") as lines:
        for number, line in enumerate(lines):
            case = json.loads(line)
            if case["expect"]["code"] == 201 and (case["expect"]["warnings"] or number % EVERY == 0):
                yield case


@pytest.mark.parametrize("minor", ["1.33", "1.34", "1.35"])
def test_warnings_are_those_of_the_minor(minor: str) -> None:
    server = Server(Store(), catalog=Catalog.for_version(minor))
    server.load(json.loads((RECORDINGS / f"cluster-{minor}.json").read_text()))
    equal = []
    for case in accepted(minor):
        answer = server.create(case["manifest"], dry_run=True)
        equal.append(list(answer.warnings) == case["expect"]["warnings"])
    assert len(equal) > 30
    assert sum(equal) >= FLOOR * len(equal)
