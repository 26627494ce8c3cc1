"""How many documents a second decoding reads and writes, on one core: built-in kinds and custom resources.

    PYTHONPATH=. python benchmarks/decode.py [seconds]

Target: 5,000 mixed documents a second for decoding, so that it takes less than a third of the time of admission.
"""

import json
import lzma
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kplan.api.gvk import GroupVersionKind
from kplan.apiserver.customresource import validation
from kplan.apiserver.customresource.decode import decode as decode_custom
from kplan.apiserver.decode import decode, encode, is_builtin
from kplan.schema.crd import CustomKind, custom_kinds

TARGET = 5000
RECORDINGS = Path(__file__).parent.parent / "fixtures" / "conformance"

Document = tuple[dict[str, Any], GroupVersionKind]


def accepted() -> list[Document]:
    with lzma.open(RECORDINGS / "admission.jsonl.xz", "rt") as lines:
        cases = [json.loads(line) for line in lines]
    manifests = [case["manifest"] for case in cases if case["expect"]["code"] == 201]
    return [
        (manifest, GroupVersionKind.of(manifest["apiVersion"], manifest["kind"])) for manifest in manifests
    ]


def kinds() -> dict[GroupVersionKind, CustomKind]:
    objects = json.loads((RECORDINGS / "cluster.json").read_text())
    found = (
        kind
        for value in objects
        if value["kind"] == "CustomResourceDefinition"
        for kind in custom_kinds(value)
    )
    return {kind.resource.gvk: kind for kind in found}


def rate(documents: list[Any], work: Callable[[Any], object], seconds: float) -> float:
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for document in documents:
            work(document)
        done += len(documents)
    return done / (time.perf_counter() - start)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    known, documents = kinds(), accepted()
    builtin = [document for document in documents if is_builtin(document[1])]
    custom = [(value, known[gvk]) for value, gvk in documents if gvk in known]
    decoded = [(decode(value, gvk).value, gvk) for value, gvk in builtin]
    rows: tuple[tuple[str, list[Any], Callable[[Any], object]], ...] = (
        ("decode, built-in", builtin, lambda pair: decode(*pair)),
        ("encode, built-in", decoded, lambda pair: encode(*pair)),
        ("decode, custom", custom, lambda pair: decode_custom(*pair)),
        ("validate, custom", custom, lambda pair: validation.validate(*pair)),
    )
    for name, inputs, work in rows:
        shown = f"{rate(inputs, work, seconds):10,.0f} documents/s" if inputs else "no documents"
        print(f"{name:18} {shown}" + (f"   (target {TARGET:,})" if work is rows[0][2] else ""))


if __name__ == "__main__":
    main()
