"""Sets of fields: which places of an object a manager owns, and their FieldsV1 form in metadata.managedFields.

A set is a tree. A step is a tuple that sorts as upstream orders steps: field names, then keys of list items, then
values of set items, then indexes.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/fieldpath/{element,set,serialize,serialize-pe}.go
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.field import go_json, go_quote
from kplan.apiserver.patch.go_values import sprint
from kplan.schema.merge import Shape

FIELD: Final = 0
KEY: Final = 1
VALUE: Final = 2
INDEX: Final = 3

Scalar = tuple[int, Any]
"""A scalar with its rank: numbers, then strings, then booleans, then everything else as JSON text."""

Step = tuple[int, Any]
Path = tuple[Step, ...]


def field(name: str) -> Step:
    """A field of a struct or a key of a map."""
    return (FIELD, name)


def item_key(pairs: Iterable[tuple[str, Any]]) -> Step:
    """An item of a list, by its key fields."""
    return (KEY, tuple(sorted((name, ranked(value)) for name, value in pairs)))


def item_value(value: Any) -> Step:
    """An item of a set, by its value."""
    return (VALUE, ranked(value))


def ranked(value: Any) -> Scalar:
    """Give a value its place in upstream's order; integers and floats compare as numbers."""
    if isinstance(value, bool):
        return (2, value)
    if isinstance(value, (int, float)):
        return (0, value)
    if isinstance(value, str):
        return (1, value)
    return (3, json.dumps(value, sort_keys=True))


def _unranked(scalar: Scalar) -> Any:
    return json.loads(scalar[1]) if scalar[0] == 3 else scalar[1]


def step_text(step: Step) -> str:
    """Print a step as conflicts show it: ``.spec``, ``[name="a"]``, ``[="x"]``, ``[0]``."""
    kind, content = step
    if kind == FIELD:
        return f".{content}"
    if kind == KEY:
        return "[" + ",".join(f"{name}={_scalar_text(value)}" for name, value in content) + "]"
    return f"[={_scalar_text(content)}]" if kind == VALUE else f"[{content}]"


def _scalar_text(scalar: Scalar) -> str:
    return _value_text(_unranked(scalar))


def _value_text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return "[" + ",".join(map(_value_text, value)) + "]"
    if isinstance(value, dict):
        return "".join(f"{key}={_value_text(item)}" for key, item in value.items())
    return go_quote(value) if isinstance(value, str) else sprint(value)


def path_text(path: Path) -> str:
    """Print a path as conflicts show it."""
    return "".join(map(step_text, path))


class FieldSet:
    """A set of paths: members at this level, and sets below children. Treated as a value once built."""

    __slots__ = ("children", "members")

    def __init__(self, members: Iterable[Step] = (), children: dict[Step, "FieldSet"] | None = None) -> None:
        self.members: set[Step] = set(members)
        self.children: dict[Step, FieldSet] = children or {}

    @classmethod
    def of(cls, *paths: Path) -> "FieldSet":
        """A set of these paths."""
        fields = cls()
        for path in paths:
            fields.insert(path)
        return fields

    def insert(self, path: Path) -> None:
        """Add a path while the set is being built; its parents are not added."""
        if not path:
            return
        node = self
        for step in path[:-1]:
            node = node.children.setdefault(step, FieldSet())
        node.members.add(path[-1])

    def __bool__(self) -> bool:
        return bool(self.members) or any(self.children.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldSet) and set(self.paths()) == set(other.paths())

    def __hash__(self) -> int:
        return hash(frozenset(self.paths()))

    def __contains__(self, path: Path) -> bool:
        node: FieldSet | None = self
        for step in path[:-1]:
            node = node.children.get(step) if node else None
        return node is not None and bool(path) and path[-1] in node.members

    def paths(self, prefix: Path = ()) -> Iterator[Path]:
        """All paths, members of a level before what is below it, each sorted."""
        yield from ((*prefix, step) for step in sorted(self.members))
        for step in sorted(self.children):
            yield from self.children[step].paths((*prefix, step))

    def below(self, step: Step) -> "FieldSet":
        """The paths that begin with a step, without it."""
        return self.children.get(step) or FieldSet()

    def __or__(self, other: "FieldSet") -> "FieldSet":
        children = dict(self.children)
        for step, child in other.children.items():
            children[step] = children[step] | child if step in children else child
        return FieldSet(self.members | other.members, children)

    def __and__(self, other: "FieldSet") -> "FieldSet":
        children = {
            step: child & other.children[step]
            for step, child in self.children.items()
            if step in other.children
        }
        return FieldSet(
            self.members & other.members, {step: child for step, child in children.items() if child}
        )

    def __sub__(self, other: "FieldSet") -> "FieldSet":
        """What is here and not there, leaf by leaf: a parent there takes nothing away from below it here."""
        children = {
            step: child - other.children[step] if step in other.children else child
            for step, child in self.children.items()
        }
        return FieldSet(
            self.members - other.members, {step: child for step, child in children.items() if child}
        )

    def without(self, other: "FieldSet") -> "FieldSet":
        """What is here and neither there nor below something there."""
        children = {
            step: child.without(other.children[step]) if step in other.children else child
            for step, child in self.children.items()
            if step not in other.members
        }
        return FieldSet(
            self.members - other.members, {step: child for step, child in children.items() if child}
        )

    def with_named_fields(self, shape: Shape | None) -> "FieldSet":
        """Add the struct fields that are only passed through: owning ``a.b`` counts as owning ``a``."""
        if not self.children:
            return self
        fields = shape.map.fields if shape and shape.map else {}
        named = {step for step in self.children if step[0] == FIELD and step[1] in fields}
        children = {
            step: child.with_named_fields(child_shape(shape, step)) for step, child in self.children.items()
        }
        return FieldSet(self.members | named, children)

    def to_fields(self) -> Json:
        """The FieldsV1 form."""
        fields: Json = {}
        for step in sorted(self.members | self.children.keys()):
            below = self.children[step].to_fields() if step in self.children else {}
            fields[_encode(step)] = {".": {}, **below} if below and step in self.members else below
        return fields

    @classmethod
    def from_fields(cls, fields: Json) -> "FieldSet":
        """Read the FieldsV1 form; unknown kinds of steps are dropped. Raises ValueError for malformed ones."""
        result = cls()
        if not isinstance(fields, dict):
            raise ValueError("not a set of fields")  # noqa: TRY004 - the text is malformed, not the call
        for name, below in fields.items():
            if name == "." or (step := _decode(name)) is None:
                continue
            child = cls.from_fields(below)
            if not below or "." in below:
                result.members.add(step)
            if child:
                result.children[step] = child
        return result


def child_shape(shape: Shape | None, step: Step) -> Shape | None:
    """The type one step further; None if the type does not say."""
    if shape is None:
        return None
    if step[0] == FIELD and shape.map is not None:
        return shape.map.fields[step[1]].shape if step[1] in shape.map.fields else shape.map.element
    return shape.list.element if step[0] == KEY and shape.list is not None else None


def _encode(step: Step) -> str:
    kind, content = step
    if kind == FIELD:
        return f"f:{content}"
    if kind == KEY:
        return "k:" + go_json({name: _unranked(value) for name, value in content})
    return f"v:{go_json(_unranked(content))}" if kind == VALUE else f"i:{content}"


def _decode(name: str) -> Step | None:
    kind, colon, content = name[:1], name[1:2], name[2:]
    if colon != ":":
        raise ValueError(f"missing colon: {name}")
    if kind == "f":
        return field(content)
    if kind == "k":
        return item_key(json.loads(content).items())
    if kind == "v":
        return item_value(json.loads(content))
    return (INDEX, int(content)) if kind == "i" else None
