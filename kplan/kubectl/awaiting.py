"""What ``wait --for`` waits for.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/wait/{wait,condition,json}.go
"""

from collections.abc import Sequence

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.printers.jsonpath.text import printed
from kplan.namedtuples import NamedTuple


class Awaited(NamedTuple):
    """A goal."""

    kind: str
    """``create``, ``delete``, ``condition`` or ``jsonpath``."""
    name: str = ""
    """Of the condition, or the path."""
    value: str | None = None
    """What it has to be; None for a path that has any value."""

    def holds(self, value: Json | None) -> bool:
        """Whether an object is there yet."""
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
        try:
            text = printed(self.name, value)
        except UsageError:
            return False
        return bool(text) if self.value is None else text == self.value


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
    if lower.startswith("condition="):
        name, _, value = text[len("condition=") :].partition("=")
        return Awaited("condition", name, value or "true")
    if lower.startswith("jsonpath="):
        return _path(text[len("jsonpath=") :].strip("'\""))
    raise UsageError(f'unrecognized condition: "{text}"')


def _path(text: str) -> Awaited:
    end = text.rfind("}") + 1 if text.startswith("{") else len(text.partition("=")[0])
    path, rest = text[:end], text[end:]
    if (not path.endswith("}") and path.startswith("{")) or not path:
        raise UsageError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    bare = path.strip("{}")
    path = "{" + (bare if bare.startswith((".", "[")) else f".{bare}") + "}"
    if rest and (not rest.startswith("=") or len(rest) == 1):
        raise UsageError(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
        )
    return Awaited("jsonpath", path, rest[1:].strip("'\"") if rest else None)
