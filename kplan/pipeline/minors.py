"""Several minors checked in one run: there is one at least,
and what is not found for all of them says for which it is.
"""

from collections.abc import Iterable, Mapping, Sequence

from kplan.diagnostics import Diagnostic
from kplan.errors import UsageError
from kplan.schema import releases


def require_minors(kubernetes: Sequence[str]) -> None:
    """Refuse to check against nothing. Raises UsageError."""
    if not kubernetes:
        raise UsageError("no Kubernetes minor to check against", hint=f"name some of {releases.RANGE}")


def merged_minors(found: Mapping[str, Sequence[Diagnostic]]) -> Iterable[Diagnostic]:
    """The findings of all minors, each once; what is not found for all of them says for which it is."""
    if len(found) == 1:
        yield from next(iter(found.values()))
        return
    minors: dict[Diagnostic, list[str]] = {}
    for minor, findings in found.items():
        for one in findings:
            minors.setdefault(one, []).append(minor)
    for one, about in minors.items():
        yield one if len(about) == len(found) else one._replace(kubernetes=tuple(about))
