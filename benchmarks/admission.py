"""How many documents a second pass the API server: decode, default, admit, validate, on one core.

    PYTHONPATH=. python benchmarks/admission.py [seconds]

Time is the processor time of one core. Target: 1,500 mixed documents a second.
"""

import json
import lzma
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kplan.apiserver.errors import StatusError
from kplan.apiserver.reading import Reader
from kplan.apiserver.registry import Registry
from kplan.apiserver.server import Server
from kplan.state.store import Store

TARGET = 1500
RECORDINGS = Path(__file__).parent.parent / "fixtures" / "conformance"


def accepted(limit: int) -> list[dict[str, Any]]:
    with lzma.open(RECORDINGS / "admission.jsonl.xz", "rt") as lines:
        cases = [json.loads(line) for line in lines]
    good = [case["manifest"] for case in cases if case["expect"]["code"] == 201]
    return good[:: max(1, len(good) // limit)]


def rate(
    documents: list[dict[str, Any]], answer: Callable[[dict[str, Any]], object], seconds: float
) -> float:
    done, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        for document in documents:
            try:
                answer(document)
            except StatusError as refusal:
                raise SystemExit(f"refused: {refusal.message}") from refusal
        done += len(documents)
    return done / (time.process_time() - start)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    server = Server(Store())
    server.load(json.loads((RECORDINGS / "cluster.json").read_text()))
    reader = Reader(server.catalog, Registry(server.catalog, server.store))
    documents = accepted(500)
    for name, answer in (
        ("decode and default", reader.as_stored),
        ("whole chain, dry run", lambda document: server.create(document, dry_run=True)),
    ):
        answer(documents[0])
        print(f"{name:24} {rate(documents, answer, seconds):10,.0f} documents/s   (target {TARGET:,})")


if __name__ == "__main__":
    main()
