"""What ``wait --for`` waits for.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/wait/{wait,condition,json}.go
"""

from collections.abc import Sequence

from kplan.api.object import Json
from kplan.apiserver.patch.go_values import sprint
from kplan.errors import UsageError
from kplan.kubectl.printers.jsonpath.text import groups_of, relaxed_text, template_of
from kplan.namedtuples import NamedTuple

_TWO = "\0"
"""Stands for two equal signs, while the text is cut at single ones."""


class Awaited(NamedTuple):
    """A goal."""

    kind: str
    """``create``, ``delete``, ``condition`` or ``jsonpath``."""
    name: str = ""
    """Of the condition, or the path."""
    value: str | None = None
    """What it has to be; None for a path that has any value."""

    def holds(self, value: Json | None) -> bool:
        """Whether an object is there yet. Raises UsageError if its path leads to more than a value."""
        if self.kind == "delete":
            return value is None
        if value is None:
            return False
        if self.kind == "create":
            return True
        return self._condition(value) if self.kind == "condition" else self._path(value)

    def _condition(self, value: Json) -> bool:
        for condition in (value.get("status") or {}).get("conditions") or ():
            if str(condition.get("type", "")).lower() == self.name.lower():
                observed = condition.get("observedGeneration", value["metadata"].get("generation", 0))
                fresh = observed >= value["metadata"].get("generation", 0)
                return fresh and str(condition.get("status", "")).lower() == (self.value or "").lower()
        return False

    def _path(self, value: Json) -> bool:
        found = groups_of(template_of(self.name), value)
        if not found or not found[0]:
            return False
        if len(found) > 1 or len(found[0]) > 1:
            raise UsageError(
                f"given jsonpath expression matches more than one {'list' if len(found) > 1 else 'value'}"
            )
        if self.value is None:
            return True
        if isinstance(found[0][0], (dict, list)):
            raise UsageError("jsonpath leads to a nested object or list which is not supported")
        return sprint(found[0][0]).strip() == self.value.strip()


def all_awaited(texts: Sequence[str]) -> Sequence[Awaited]:
    """Read every ``--for``. Raises UsageError."""
    if not texts:
        raise UsageError("unrecognized condition: []")
    return [awaited(text) for text in texts]


def awaited(text: str) -> Awaited:
    """Read ``--for``. Raises UsageError."""
    lower = text.lower()
    if lower in ("create", "delete"):
        return Awaited(lower)
    if text.startswith("condition="):
        name, _, value = text[len("condition=") :].partition("=")
        return Awaited("condition", name, value or "true")
    if text.startswith("jsonpath="):
        return _path(text[len("jsonpath=") :])
    raise UsageError(f'unrecognized condition: "{text}"')


def _path(text: str) -> Awaited:
    """Read a path, and the value after an equal sign that is not part of a filter."""
    path, *values = (part.replace(_TWO, "==") for part in text.replace("==", _TWO).split("="))
    if len(values) > 1:
        raise UsageError(
            "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
            "--for=jsonpath='{.status.readyReplicas}'"
        )
    template = relaxed_text(path)
    value = values[0].strip("'\"") if values else None
    if value == "":
        raise UsageError(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
        )
    if not template:
        raise UsageError("jsonpath expression cannot be empty")
    template_of(template)
    return Awaited("jsonpath", template, value)
