"""The tree of a template. Each node prints itself as Go prints it, for messages.

Upstream: Go's text/template/parse/node.go
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.namedtuples import NamedTuple


class GoInt(int):
    """An integer of Go's type int, from the template or a count; integers of objects are int64."""


class TemplateError(Exception):
    """A template that cannot be read or does not fit the value, in Go's words."""


class Missing:
    """The value of a key that a map does not have."""

    def __repr__(self) -> str:
        return "<no value>"


MISSING: Final = Missing()


class Dot(NamedTuple):
    """Written as ``.``."""

    pos: int

    def __str__(self) -> str:
        return "."


class Constant(NamedTuple):
    """``"text"``, ``3``, ``true`` or ``nil``."""

    pos: int
    text: str
    value: Any

    def __str__(self) -> str:
        return self.text


class FieldPath(NamedTuple):
    """Written as ``.a.b``."""

    pos: int
    names: Sequence[str]

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


class Variable(NamedTuple):
    """Written as ``$x.a``."""

    pos: int
    name: str
    names: Sequence[str] = ()

    def __str__(self) -> str:
        return ".".join((self.name, *self.names))


class Function(NamedTuple):
    """The name of a function."""

    pos: int
    name: str

    def __str__(self) -> str:
        return self.name


class Chain(NamedTuple):
    """Written as ``(pipeline).a``."""

    pos: int
    node: "Operand"
    names: Sequence[str]

    def __str__(self) -> str:
        inner = f"({self.node})" if isinstance(self.node, Pipe) else str(self.node)
        return ".".join((inner, *self.names))


class Command(NamedTuple):
    """An operand, or a function and its arguments."""

    pos: int
    operands: Sequence["Operand"]

    def __str__(self) -> str:
        return " ".join(f"({one})" if isinstance(one, Pipe) else str(one) for one in self.operands)


class Pipe(NamedTuple):
    """Commands, each given what the one before it found; and the variables that are set to the result."""

    pos: int
    commands: Sequence[Command]
    variables: Sequence[str] = ()
    assigns: bool = False

    def __str__(self) -> str:
        head = f"{', '.join(self.variables)} {'=' if self.assigns else ':='} " if self.variables else ""
        return head + " | ".join(map(str, self.commands))


Operand = Dot | Constant | FieldPath | Variable | Function | Chain | Pipe


class Text(NamedTuple):
    """Text that is printed unchanged."""

    text: str


class Action(NamedTuple):
    """Written as ``{{pipeline}}``."""

    pipe: Pipe


class Branch(NamedTuple):
    """``if``, ``with`` or ``range``."""

    keyword: str
    pipe: Pipe
    body: Sequence["Node"]
    otherwise: Sequence["Node"] = ()


class Jump(NamedTuple):
    """``break`` or ``continue``."""

    keyword: str


class Call(NamedTuple):
    """Written as ``{{template "name" pipeline}}``."""

    pos: int
    name: str
    pipe: Pipe | None = None

    def __str__(self) -> str:
        inside = f" {self.pipe}" if self.pipe else ""
        return f'{{{{template "{self.name}"{inside}}}}}'


Node = Text | Action | Branch | Jump | Call


class Template(NamedTuple):
    """A template with those that it defines."""

    source: str
    body: Sequence[Node]
    defined: Mapping[str, Sequence[Node]]
