"""What identifies a finding from run to run: it stays the same when lines move, and no two findings share one."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from kplan.diagnostics import Diagnostic

_NUMBER: Final = re.compile(r"\d+")


def fingerprints(findings: Sequence[Diagnostic]) -> list[str]:
    """32 hexadecimal digits a finding.

    They are made of the code, the file, the object, the field and the message without its numbers, which may be lines
    or counts. What is the same in all of these is told apart by its order.
    """
    seen: Counter[str] = Counter()
    found = []
    for one in findings:
        identity = "\0".join(_identity(one))
        found.append(_digest(f"{identity}\0{seen[identity]}"))
        seen[identity] += 1
    return found


def _identity(found: Diagnostic) -> Sequence[str]:
    file = found.location.file if found.location else ""
    return found.rule, file, found.object, str(found.path), _NUMBER.sub("0", found.message)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
