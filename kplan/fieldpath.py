"""Paths into a JSON value, built cheaply, printed as the API server prints them.

``FieldPath("spec") / "containers" / 0`` costs one small object a step and becomes the text
``spec.containers[0]`` only when something is reported.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/field/path.go
"""

import re
from collections.abc import Iterator


class Key(str):
    """A step into a map by a user's key: printed in brackets, ``metadata.labels[app]``."""

    __slots__ = ()


Step = str | int

_STEP = r"\.?([^.\[\]]+)|\[(\d+)\]|\[([^\]]*)\]"


class FieldPath:
    """One place in a JSON value: a parent and a step (a field name, an index or a Key)."""

    __slots__ = ("_steps", "parent", "step")
    _steps: tuple[Step, ...]
    """Its steps, once somebody has asked for them."""

    def __init__(self, step: Step = "", parent: "FieldPath | None" = None) -> None:
        self.parent = parent
        self.step = step

    def __truediv__(self, step: Step) -> "FieldPath":
        """Extend by a field name (str), an index (int) or a map key (Key)."""
        return FieldPath(step, self)

    def child(self, *names: str) -> "FieldPath":
        """Extend by several field names."""
        path = self
        for name in names:
            path = FieldPath(name, path)
        return path

    def index(self, index: int) -> "FieldPath":
        """Extend by a list index."""
        return FieldPath(index, self)

    def key(self, key: str) -> "FieldPath":
        """Extend by a map key."""
        return FieldPath(Key(key), self)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps from the root; the empty root step is left out."""
        try:
            return self._steps
        except AttributeError:  # nothing is set when a path is made, since few of them are asked
            self._steps = self._walked()
            return self._steps

    def _walked(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        node: FieldPath | None = self
        while node is not None:
            if node.step != "" or isinstance(node.step, Key):
                steps.append(node.step)
            node = node.parent
        steps.reverse()
        return tuple(steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __str__(self) -> str:
        parts: list[str] = []
        for step in self.steps:
            if isinstance(step, (int, Key)):
                parts.append(f"[{step}]")
            else:
                parts.append(f".{step}" if parts else step)
        return "".join(parts)

    def __repr__(self) -> str:
        return f"FieldPath({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldPath) and self.steps == other.steps

    def __hash__(self) -> int:
        return hash(self.steps)

    def __lt__(self, other: "FieldPath") -> bool:
        return str(self) < str(other)

    def pointer(self) -> str:
        """The path as a JSON pointer (RFC 6901)."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.steps)

    @classmethod
    def of(cls, *steps: Step) -> "FieldPath":
        """Build from steps."""
        path = cls()
        for step in steps:
            path = cls(step, path)
        return path

    @classmethod
    def parse(cls, text: str) -> "FieldPath":
        """Read the printed form back; keys that contain ``]`` cannot be told apart and end there."""
        path = cls()
        for name, index, key in (match.groups() for match in re.finditer(_STEP, text)):
            path = cls(int(index) if index else name or Key(key or ""), path)
        return path


ROOT = FieldPath()
