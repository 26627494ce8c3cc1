"""JSON patch (RFC 6902): operations on places named by JSON pointers.

The messages are those of the library the API server uses, since they reach the user unchanged.

Upstream: vendor/gopkg.in/evanphx/json-patch.v4/patch.go, staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.patch.go_values import copy, same

MAX_OPERATIONS: Final = 10000

Container = dict[str, Any] | list[Any]

_BRIEF: Final = ("add", "remove", "copy")
"""Operations that do not say what is wrong with their path."""
_INDEX: Final = re.compile(r"[+-]?[0-9]+")


class JsonPatchError(Exception):
    """An operation does not apply; the text is the server's."""


class TestFailedError(JsonPatchError):
    """A value is not what an operation tests for."""

    __test__ = False


def json_patch(document: Json, operations: Sequence[Any]) -> Any:
    """Apply operations in order. Raises JsonPatchError at the first that does not apply."""
    root: Any = copy(document)
    for operation in operations:
        kind = operation.get("op") if isinstance(operation.get("op"), str) else "unknown"
        if kind not in _OPERATIONS:
            raise JsonPatchError(f"Unexpected kind: {kind}")
        root = _OPERATIONS[kind](root, operation)
    return root


def _pointer(operation: Json, name: str) -> str:
    pointer, kind = operation.get(name), operation.get("op")
    if not isinstance(pointer, str):
        reason = "missing value" if name == "path" and kind in _BRIEF else _unreadable(pointer, name)
        raise JsonPatchError(f"{kind} operation failed to decode {name}: {reason}")
    return pointer


def _unreadable(pointer: Any, name: str) -> str:
    if pointer is None:
        return f"operation{',' if name == 'from' else ''} missing {name} field: missing value"
    return f"json: cannot unmarshal {_json_type(pointer)} into Go value of type string"


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, (int, float)) else "array" if isinstance(value, list) else "object"


def _find(root: Any, pointer: str) -> tuple[Container, str] | None:
    """The container that holds the last step of a pointer, and that step."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]
    if len(parts) < 2:
        return None
    for part in parts[1:-1]:
        try:
            root = _get(root, part)
        except JsonPatchError:
            return None
        if not isinstance(root, (dict, list)):
            return None
    return root, parts[-1]


def _place(root: Any, pointer: str, missing: str) -> tuple[Container, str]:
    found = _find(root, pointer)
    if found is None:
        raise JsonPatchError(f"{missing}: missing value")
    return found


def _atoi(key: str) -> int:
    if not _INDEX.fullmatch(key):
        raise JsonPatchError(f'strconv.Atoi: parsing "{key}": invalid syntax')
    return int(key)


def _index(key: str, length: int) -> int:
    """An existing position; negative ones count from the end."""
    index = _atoi(key)
    if not -length <= index < length:
        raise JsonPatchError(f"Unable to access invalid index: {index}: invalid index referenced")
    return index % length


def _get(container: Container, key: str) -> Any:
    return container.get(key) if isinstance(container, dict) else container[_index(key, len(container))]


def _insert(container: Container, key: str, value: Any) -> None:
    if isinstance(container, dict):
        container[key] = value
    elif key == "-":
        container.append(value)
    else:
        try:
            index = _index(key, len(container) + 1)
        except JsonPatchError as error:
            if "strconv" not in str(error):
                raise
            raise JsonPatchError(f"value was not a proper array index: '{key}': {error}") from error
        container.insert(index, value)


def _delete(container: Container, key: str) -> None:
    if isinstance(container, list):
        del container[_index(key, len(container))]
    elif key in container:
        del container[key]
    else:
        raise JsonPatchError(f"Unable to remove nonexistent key: {key}: missing value")


def _add(root: Any, operation: Json) -> Any:
    path = _pointer(operation, "path")
    container, key = _place(root, path, f'add operation does not apply: doc is missing path: "{path}"')
    _explained(
        f"error in add for path: '{path}'", lambda: _insert(container, key, copy(operation.get("value")))
    )
    return root


def _remove(root: Any, operation: Json) -> Any:
    path = _pointer(operation, "path")
    container, key = _place(root, path, f'remove operation does not apply: doc is missing path: "{path}"')
    _explained(f"error in remove for path: '{path}'", lambda: _delete(container, key))
    return root


def _replace(root: Any, operation: Json) -> Any:
    path = _pointer(operation, "path")
    if path == "":
        if not isinstance(operation.get("value"), (dict, list)):
            raise JsonPatchError("replace operation value must be object or array: %!w(<nil>)")
        return copy(operation["value"])
    container, key = _place(root, path, f"replace operation does not apply: doc is missing path: {path}")
    try:
        _get(container, key)
    except JsonPatchError as error:
        raise JsonPatchError(
            f"replace operation does not apply: doc is missing key: {path}: missing value"
        ) from error
    if isinstance(container, list):
        container[_index(key, len(container))] = copy(operation.get("value"))
    else:
        container[key] = copy(operation.get("value"))
    return root


def _move(root: Any, operation: Json) -> Any:
    source = _pointer(operation, "from")
    container, key = _place(
        root, source, f"move operation does not apply: doc is missing from path: {source}"
    )
    value = _explained(f"error in move for path: '{key}'", lambda: _get(container, key))
    _explained(f"error in move for path: '{key}'", lambda: _delete(container, key))
    path = _pointer(operation, "path")
    target, name = _place(
        root, path, f"move operation does not apply: doc is missing destination path: {path}"
    )
    _explained(f"error in move for path: '{path}'", lambda: _insert(target, name, value))
    return root


def _copy(root: Any, operation: Json) -> Any:
    source = _pointer(operation, "from")
    container, key = _place(
        root, source, f"copy operation does not apply: doc is missing from path: {source}"
    )
    value = _explained(f"error in copy for from: '{source}'", lambda: _get(container, key))
    path = _pointer(operation, "path")
    target, name = _place(
        root, path, f"copy operation does not apply: doc is missing destination path: {path}"
    )
    _explained("error while adding value during copy", lambda: _insert(target, name, copy(value)))
    return root


def _test(root: Any, operation: Json) -> Any:
    path = _pointer(operation, "path")
    value = root
    if path:
        container, key = _place(root, path, f"test operation does not apply: is missing path: {path}")
        value = _explained(f"error in test for path: '{path}'", lambda: _get(container, key))
    if not same(value, operation.get("value")):
        raise TestFailedError(f"testing value {path} failed: test failed")
    return root


def _explained(context: str, action: Callable[[], Any]) -> Any:
    try:
        return action()
    except JsonPatchError as error:
        raise JsonPatchError(f"{context}: {error}") from error


_OPERATIONS: Final[dict[str, Callable[[Any, Json], Any]]] = {
    "add": _add, "remove": _remove, "replace": _replace, "move": _move, "copy": _copy, "test": _test,
}  # fmt: skip
