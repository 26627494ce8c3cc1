"""A baseline: findings that were there before, which a run does not show, so that only new mistakes fail it.

Findings are told apart by what they are about, not by their lines, so a baseline holds while files grow around them;
how many are alike is counted.
"""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from kplan.diagnostics import Diagnostic
from kplan.errors import UsageError
from kplan.fieldpath import FieldPath
from kplan.lint.codes import is_unreadable
from kplan.masking.texts import concealed_text
from kplan.namedtuples import NamedTuple
from kplan.report import Report

FORMAT: Final = "1.0"
NEVER: Final = "YAML006"
"""The code of paths that are not there, which no baseline excuses."""
_NUMBER: Final = re.compile(r"\d+")


class Entry(NamedTuple):
    """Findings that are alike, in the order that they are written and sorted in."""

    file: str
    object: str
    rule: str
    path: str
    fingerprint: str


Baseline = Counter[Entry]
"""How many findings of each entry there are."""


def entry(found: Diagnostic, root: str, moved: Collection[str] = ()) -> Entry:
    """What a finding is in a baseline whose files are relative to a folder;
    the names of ``moved`` files do not count.
    """
    file = relative(found.location.file, root) if found.location else ""
    file = "" if file in moved else file
    path = str(FieldPath.of(*(step for step in found.path.steps if not isinstance(step, int))))
    message = _NUMBER.sub("0", concealed_text(found.message))
    parts = (file, found.object, found.rule, path, message)
    identity = "\0".join(parts)
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Entry(file, found.object, found.rule, path, digest)


def relative(file: str, root: str) -> str:
    """The name of a file as a baseline has it; nothing stays nothing."""
    return os.path.relpath(file, root).replace(os.sep, "/") if file else ""


def of(findings: Iterable[Diagnostic], root: str, moved: Collection[str] = ()) -> Baseline:
    """The baseline that excuses these findings."""
    return Counter(entry(one, root, moved) for one in findings if one.rule != NEVER)


def without(report: Report, known: Baseline, root: str, where: str, moved: Collection[str] = ()) -> Report:
    """The report without the findings that a baseline excuses;
    ``where`` says where these are, as ``in the baseline``.
    """
    left, shown = Counter(known), list[Diagnostic]()
    for one in report.findings:
        key = entry(one, root, moved)
        if left[key] > 0:
            left[key] -= 1
        else:
            shown.append(one)
    hidden = len(report.findings) - len(shown)
    places = dict.fromkeys([*filter(None, (report.hidden_where,)), *([where] if hidden else [])])
    return report._replace(
        findings=tuple(shown), broken=any(map(is_unreadable, shown)),
        hidden=report.hidden + hidden, hidden_where=" or ".join(places),
    )  # fmt: skip


def gone(known: Baseline, found: Baseline, judged: Callable[[Entry], bool]) -> Baseline:
    """What a baseline excuses that was not found again, of what the run would have found."""
    return Counter({one: count for one, count in (known - found).items() if judged(one)})


def read(path: str) -> Baseline:
    """The baseline in a file. Raises UsageError."""
    from kplan.manifest.files import UnreadableError, read_bytes  # noqa: PLC0415 - likewise
    from kplan.schema.documents import check  # noqa: PLC0415 - most runs have no baseline

    if not Path(path).exists():
        raise UsageError(f"{path}: baseline not found", hint="write it with --write-baseline")
    try:
        document = json.loads(read_bytes(path))
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not a baseline: {error}") from None
    try:
        check("baseline.v1", document)
    except UsageError as error:
        raise UsageError(f"{path}: {error.message}", hint="write it anew with --write-baseline") from None
    found: Baseline = Counter()
    for one in document["findings"]:
        found[Entry(*(one[name] for name in Entry._fields))] += one["count"]
    return found


def text(baseline: Baseline) -> str:
    """The file of a baseline; the same findings give the same bytes."""
    rows = [
        {name: value for name, value in zip(Entry._fields, one, strict=True) if name != "fingerprint"}
        | {"count": count, "fingerprint": one.fingerprint}
        for one, count in _sorted(baseline)
    ]
    body = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in rows)
    listed = f"[\n{body}\n  ]" if rows else "[]"
    return f'{{\n  "format_version": "{FORMAT}",\n  "findings": {listed}\n}}\n'


def _sorted(baseline: Baseline) -> Sequence[tuple[Entry, int]]:
    return sorted((one, count) for one, count in baseline.items() if count > 0)
