"""Parses CEL text into a tree; syntax errors are worded as cel-go's generated parser words them.

Upstream: vendor/github.com/google/cel-go/parser
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kplan.apiserver.cel import macros
from kplan.apiserver.cel.nodes import (
    Call,
    FieldNode,
    Identifier,
    ListNode,
    Literal,
    MapNode,
    Node,
    Select,
    StructNode,
    dotted,
)
from kplan.apiserver.cel.tokens import KEYWORDS, Token, constant, scanned
from kplan.apiserver.cel.tokenstream import OPERAND, VALUES, SyntaxErrors, TokenStream, starts_operand

_RELATIONS: Final = {
    "<": "_<_",
    "<=": "_<=_",
    ">": "_>_",
    ">=": "_>=_",
    "==": "_==_",
    "!=": "_!=_",
    "in": "@in",
}
_SUMS: Final = {"+": "_+_", "-": "_-_"}
_PRODUCTS: Final = {"*": "_*_", "/": "_/_", "%": "_%_"}
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_FIELDS: Final = "{'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}"
"""What may follow the brace that opens an object."""
_LONGEST: Final = 100_000
_DEEPEST: Final = 250
NOWHERE: Final = -1
"""The offset of an error for which cel-go reports no place."""
TOO_DEEP: Final = f"expression recursion limit exceeded: {_DEEPEST}"


@dataclass(slots=True)
class _Parser(TokenStream):
    """A recursive-descent parser of one text, with one method for each rule of the grammar."""

    bindings: bool
    depth: Counter[str] = field(default_factory=Counter)
    """How many rules of the grammar are open, by name; every link of a chain keeps one open."""

    def parse(self) -> Node:
        node = self.expression()
        if self.now.kind != "end":
            raise self.unexpected("<EOF>", extraneous=self.following.kind == "end")
        if self.problems:
            raise SyntaxErrors(self.problems)
        return node

    def enter(self, rule: str) -> None:
        """Go one level deeper. Raises SyntaxErrors at the depth at which the API server's parser gives up."""
        self.depth[rule] += 1
        if self.depth[rule] > _DEEPEST:
            raise SyntaxErrors([(NOWHERE, TOO_DEEP)])

    def expression(self) -> Node:
        self.enter("expression")
        node = self.disjunction()
        if question := self.take("?"):
            then = self.enclosed("?", lambda: self.until(":", self.disjunction))
            node = Call(question.at, "_?_:_", [node, then, self.expression()])
        self.depth["expression"] -= 1
        return node

    def disjunction(self) -> Node:
        node = self.conjunction()
        while token := self.take("||"):
            node = Call(token.at, "_||_", [node, self.conjunction()])
        return node

    def conjunction(self) -> Node:
        node = self.relation()
        while token := self.take("&&"):
            node = Call(token.at, "_&&_", [node, self.relation()])
        return node

    def relation(self) -> Node:
        return self._chain("relation", _RELATIONS, self.sum)

    def sum(self) -> Node:
        self.enter("calculation")  # products are calculations as well, and within the same one
        node = self._chain("calculation", _SUMS, self.product)
        self.depth["calculation"] -= 1
        return node

    def product(self) -> Node:
        return self._chain("calculation", _PRODUCTS, self.unary)

    def _chain(self, rule: str, operators: Mapping[str, str], operand: Callable[[], Node]) -> Node:
        node, links = operand(), 0
        while token := self.take(*operators):
            links += 1
            self.enter(rule)
            node = Call(token.at, operators[token.text], [node, operand()])
        self.depth[rule] -= links
        return node

    def unary(self) -> Node:
        first = self.take("!", "-")
        if first is None:
            return self.member()
        count = 1
        while self.take(first.text):
            count += 1
        if first.text == "-" and count == 1 and self._is_number():
            self._negate(first.at)
            return self.member()
        sign = self.take("-") if first.text == "!" else self.tokens[self.place - 1]
        if first.text == "!" and sign is not None and self._is_number():
            self._negate(sign.at)
        elif not self._starts_member() or (first.text == "!" and sign is not None):
            raise self._no_operand_behind(sign)
        inner = self.member()
        if count % 2 == 0:
            return inner
        return Call(first.at, "!_" if first.text == "!" else "-_", [inner])

    def _is_number(self) -> bool:
        return self.now.kind in {"int", "float"}

    def _starts_member(self) -> bool:
        return starts_operand(self.now) and self.now.text not in {"!", "-"}

    def _no_operand_behind(self, sign: Token | None) -> SyntaxErrors:
        """The error for a missing value after ``!``, or after a ``sign``."""
        if sign is None:
            return self.unexpected(OPERAND, extraneous=True)
        error = self.no_choice(sign.at)
        if not starts_operand(self.now):
            error.problems += self.unexpected(OPERAND).problems[len(self.problems) :]
        return error

    def _negate(self, at: int) -> None:
        """Read the next number together with the minus sign before it."""
        self.tokens[self.place] = Token(self.now.kind, "-" + self.now.text, at)

    def member(self) -> Node:
        node, links = self.primary(), 0
        while True:
            links += 1
            self.enter("member")
            if dot := self.take("."):
                node = self._selected(node, dot.at)
            elif bracket := self.take("["):
                optional = self.take("?") is not None
                index = self.enclosed("[", lambda: self.until("]", self.expression))
                node = Call(bracket.at, "_[?_]" if optional else "_[_]", [node, index])
            elif self.now.text == "{" and (name := dotted(node)):
                node = self.enclosed("{", lambda: self._struct(name))
            else:
                self.depth["member"] -= links
                return node

    def _selected(self, node: Node, at: int) -> Node:
        optional = self.take("?") is not None
        token = self.now
        if token.kind == "quoted":
            return Select(at, node, self._quoted(), optional=optional)
        if token.kind != "ident" or token.text in {"in", *_CONSTANTS}:
            if optional:
                raise self._no_name(token.at)
            raise self.unexpected("IDENTIFIER") if token.text in _CONSTANTS else self.no_choice(at)
        self.place += 1
        bracket = self.take("(") if not optional else None
        if bracket is None:
            return Select(at, node, token.text, optional=optional)
        call = Call(bracket.at, token.text, self._arguments(), node)
        return macros.method(call, self.fail, bindings=self.bindings)

    def _quoted(self) -> str:
        """The error for a name in backquotes, which the API server does not allow."""
        token = self.now
        self.place += 1
        self.problems.append((token.at, "unsupported syntax: '`'"))
        return token.text[1:-1]

    def _plain(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1].text

    def _no_name(self, at: int | None) -> SyntaxErrors:
        """The error for a missing name after a question mark; ``at`` is the offset at which it is missed."""
        extraneous = self.now.kind != "end" and self.following.kind == "ident"
        error = self.unexpected("{IDENTIFIER, ESC_IDENTIFIER}", extraneous=extraneous)
        if at is not None and not extraneous:
            error.problems.append((at, "unsupported ident kind"))
        return error

    def _arguments(self) -> list[Node]:
        if self.take(")"):
            return []
        return self.enclosed("(", lambda: self.until(")", self._listed))

    def _listed(self) -> list[Node]:
        found = [self.expression()]
        while self.take(","):
            found.append(self.expression())
        return found

    def primary(self) -> Node:
        token = self.now
        if token.kind in VALUES:
            self.place += 1
            return Literal(token.at, self._constant(token))
        if self.take("("):
            return self.enclosed("(", lambda: self.until(")", self.expression))
        if self.take("["):
            return self.enclosed("[", lambda: self._list(token.at))
        if self.take("{"):
            return self.enclosed("{", lambda: self._map(token.at))
        dot = self.take(".")
        token = self.now
        if dot is not None and (token.kind != "ident" or token.text == "in"):
            raise self.no_choice(dot.at)
        if dot is not None and token.text in _CONSTANTS:
            raise self.unexpected("IDENTIFIER")
        if token.kind != "ident" or token.text == "in":
            raise self.no_operand()
        self.place += 1
        return self._name(token, leading=dot is not None)

    def _name(self, token: Token, *, leading: bool) -> Node:
        if token.text in _CONSTANTS:
            return Literal(token.at, _CONSTANTS[token.text])
        if token.text in KEYWORDS:
            raise self.fail(token.at, f"reserved identifier: {token.text}")
        bracket = self.take("(")
        if bracket is None:
            return Identifier(token.at, f".{token.text}" if leading else token.text)
        call = Call(bracket.at, f".{token.text}" if leading else token.text, self._arguments())
        return macros.function(call, self.fail)

    def _list(self, at: int) -> Node:
        items: list[Node] = []
        optional = set()

        def item() -> None:
            if self.take("?"):
                optional.add(len(items))
            items.append(self.expression())

        self.members("]", item, starts_operand)
        return ListNode(at, items, frozenset(optional))

    def _map(self, at: int) -> Node:
        entries: list[tuple[Node, Node, bool]] = []

        def entry() -> None:
            optional = self.take("?") is not None
            key = self.expression()
            self.need(":")
            entries.append((key, self.expression(), optional))

        self.members("}", entry, starts_operand)
        return MapNode(at, entries)

    def _struct(self, name: str) -> Node:
        at = self.need("{").at
        first = self.now.at
        entries: list[FieldNode] = []

        def entry() -> None:
            question = self.take("?")
            if not _is_name(self.now):
                if question is not None:
                    raise self._no_name(first if self.following.text == ":" else None)
                extraneous = self.following.text in {"}", ",", "?"} or _is_name(self.following)
                raise self.unexpected(_FIELDS, extraneous=self.now.kind != "end" and extraneous)
            field_name = self._quoted() if self.now.kind == "quoted" else self._plain()
            colon = self.need(":")
            entries.append(FieldNode(colon.at, field_name, self.expression(), question is not None))

        self.members("}", entry, _is_name)
        return StructNode(at, name, entries)

    def _constant(self, token: Token) -> Any:
        try:
            return constant(token)
        except ValueError as error:
            raise self.fail(token.at, str(error)) from None


def _is_name(token: Token) -> bool:
    return token.kind in {"ident", "quoted"}


def parse(text: str, *, bindings: bool = True) -> Node:
    """Parse an expression, with ``cel.bind`` if bindings are allowed. Raises SyntaxErrors."""
    if len(text) > _LONGEST:
        words = f"expression code point size exceeds limit: size: {len(text)}, limit {_LONGEST}"
        raise SyntaxErrors([(NOWHERE, words)])
    return _Parser(text, *scanned(text), bindings=bindings).parse()
