"""kubectl label: what may be written on the command line, and the word for what it did.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/label/label.go
"""

from collections.abc import Iterable, Mapping

from kplan.apiserver import dns
from kplan.apiserver.field import go_quote
from kplan.errors import UsageError


def parse_labels(words: Iterable[str]) -> dict[str, str | None]:
    """``key=value`` sets a label, ``key-`` removes it. Raises UsageError (parseLabels)."""
    changes: dict[str, str | None] = {}
    removed: list[str] = []
    for word in words:
        name, *values = word.split("=")
        if len(values) > 1:
            raise UsageError(f"invalid label spec: {word}")
        if values:
            problems = dns.is_valid_label_value(values[0])
            if problems:
                raise UsageError(f"invalid label value: {go_quote(word)}: {';'.join(problems)}")
            changes[name] = values[0]
        elif word.endswith("-"):
            removed.append(word[:-1])
        else:
            raise UsageError(
                f"unknown label spec: {word}", hint="write KEY=VALUE to set it, KEY- to remove it"
            )
    if any(name in changes for name in removed):
        raise UsageError("can not both modify and remove a label in the same command")
    return {**changes, **dict.fromkeys(removed)}


def label_word(present: Mapping[str, str], changes: Mapping[str, str | None]) -> str:
    """``unlabeled`` if labels only went, ``modified`` if both happened, ``not labeled`` if nothing did."""
    removed = any(text is None and name in present for name, text in changes.items())
    added = any(text is not None and present.get(name) != text for name, text in changes.items())
    if removed and added:
        return "modified"
    return "unlabeled" if removed else "labeled" if added else "not labeled"
