"""A field of a finished object in what wrote it: lists may have been merged, and their items moved since."""

from collections.abc import Sequence
from typing import Any, Final

Step = str | int
Steps = tuple[Step, ...]

_NAMES: Final = (
    "name", "key", "mountPath", "devicePath", "containerPort", "port", "ip", "host", "topologyKey", "path", "type", "uid",
)  # fmt: skip
"""Fields by which items of lists are known, the most telling first."""


def value_at(value: Any, steps: Sequence[Step]) -> Any:
    """What stands at a path; raises LookupError if nothing does."""
    for step in steps:
        if isinstance(value, dict) if isinstance(step, str) else isinstance(value, list):
            value = value[step]
        else:
            raise LookupError(step)
    return value


def aligned(final: Any, steps: Sequence[Step], written: Any) -> Steps | None:
    """The same path in another value, if items of lists are found by their names; None if it has none."""
    found: list[Step] = []
    for step in steps:
        here: Step | None
        if isinstance(step, int):
            here = _index(final[step], step, written) if isinstance(written, list) else None
        else:
            here = step if isinstance(written, dict) and step in written else None
        if here is None:
            return None
        found.append(here)
        final, written = final[step], written[here]
    return tuple(found)


def in_operations(final: Any, steps: Steps, operations: Sequence[Any]) -> Steps | None:
    """The operation of a JSON patch that wrote a path, the last one first."""
    for index in reversed(range(len(operations))):
        operation = operations[index]
        if not isinstance(operation, dict) or operation.get("op") not in ("add", "replace"):
            continue
        target = _pointer(str(operation.get("path") or ""))
        if len(target) > len(steps) or not all(map(_meets, target, steps)):
            continue
        rest = steps[len(target) :]
        inner = aligned(value_at(final, steps[: len(target)]), rest, operation.get("value"))
        if inner is not None:
            return (index, "value", *inner)
    return None


def _index(item: Any, index: int, written: list[Any]) -> int | None:
    """The index of the item from which an item of the finished list was made."""
    if index < len(written) and written[index] == item:
        return index
    if item in written:
        return written.index(item)
    if not isinstance(item, dict):
        return None
    for name in _NAMES:
        if name in item:
            same = [
                place
                for place, one in enumerate(written)
                if isinstance(one, dict) and one.get(name) == item[name]
            ]
            if same:
                return same[0]
            if name in ("name", "key"):
                return None
    return index if index < len(written) and isinstance(written[index], dict) else None


def _pointer(path: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def _meets(wanted: str, step: Step) -> bool:
    """Whether a step of a JSON pointer matches a step of a path; any index matches an item that was appended."""
    return wanted == step if isinstance(step, str) else wanted == "-" or wanted.isdecimal()
