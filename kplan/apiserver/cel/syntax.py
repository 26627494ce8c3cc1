"""Reads CEL text into a tree; what cannot be read is worded as cel-go's generated parser words it.

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
from kplan.apiserver.cel.tokenstream import OPERAND, SyntaxErrors, TokenStream, starts_operand

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
_LONGEST: Final = 100_000
_DEEPEST: Final = 250
NOWHERE: Final = -1
"""The place of a problem that cel-go gives none."""
TOO_DEEP: Final = f"expression recursion limit exceeded: {_DEEPEST}"


@dataclass(slots=True)
class _Parser(TokenStream):
    """Reads one text by the rules of the grammar, a method each."""

    bindings: bool
    depth: Counter[str] = field(default_factory=Counter)
    """How many rules of the grammar are open, by name; a chain keeps one open for every link."""

    def parse(self) -> Node:
        node = self.expression()
        if self.now.kind != "end":
            raise self.unexpected("<EOF>", extraneous=self.following.kind == "end")
        if self.problems:
            raise SyntaxErrors(self.problems)
        return node

    def enter(self, rule: str) -> None:
        """Go a level deeper; raises SyntaxErrors where the API server's parser gives up."""
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
        if first.text == "-" and count == 1 and self.now.kind in {"int", "float"}:
            self.tokens[self.place] = Token(self.now.kind, "-" + self.now.text, first.at)
            return self.member()
        if not starts_operand(self.now) or self.now.text in {"!", "-"}:
            raise self.unexpected(OPERAND, extraneous=True)
        inner = self.member()
        if count % 2 == 0:
            return inner
        return Call(first.at, "!_" if first.text == "!" else "-_", [inner])

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
            self.place += 1
            return Select(at, node, token.text[1:-1], optional=optional)
        if token.kind != "ident" or token.text in {"in", "true", "false", "null"}:
            if optional and token.kind not in {"string", "raw", "bytes"}:
                raise self.unexpected(
                    "{IDENTIFIER, ESC_IDENTIFIER}", extraneous=self.following.kind == "ident"
                )
            raise self.no_choice(at)
        self.place += 1
        bracket = self.take("(") if not optional else None
        if bracket is None:
            return Select(at, node, token.text, optional=optional)
        call = Call(bracket.at, token.text, self._arguments(), node)
        return macros.method(call, self.fail, bindings=self.bindings)

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
        if token.kind in {"int", "uint", "float", "string", "raw", "bytes"}:
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
        if token.kind != "ident" or token.text == "in":
            raise self.no_operand()
        self.place += 1
        return self._name(token, leading=dot is not None)

    def _name(self, token: Token, *, leading: bool) -> Node:
        if token.text in {"true", "false", "null"}:
            return Literal(token.at, {"true": True, "false": False, "null": None}[token.text])
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
        while not self.take("]"):
            if self.take("?"):
                optional.add(len(items))
            items.append(self.expression())
            self.apart("]")
        return ListNode(at, items, frozenset(optional))

    def _map(self, at: int) -> Node:
        entries: list[tuple[Node, Node, bool]] = []
        while not self.take("}"):
            optional = self.take("?") is not None
            key = self.expression()
            self.need(":")
            entries.append((key, self.expression(), optional))
            self.apart("}")
        return MapNode(at, entries)

    def _struct(self, name: str) -> Node:
        at = self.now.at
        self.need("{")
        entries: list[FieldNode] = []
        while not self.take("}"):
            optional = self.take("?") is not None
            token = self.now
            if token.kind not in {"ident", "quoted"}:
                first = not entries and not optional
                raise self.unexpected(
                    "{'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}" if first else "IDENTIFIER"
                )
            self.place += 1
            field_name = token.text[1:-1] if token.kind == "quoted" else token.text
            colon = self.need(":")
            entries.append(FieldNode(colon.at, field_name, self.expression(), optional))
            self.apart("}")
        return StructNode(at, name, entries)

    def _constant(self, token: Token) -> Any:
        try:
            return constant(token)
        except ValueError as error:
            raise self.fail(token.at, str(error)) from None


def parse(text: str, *, bindings: bool = True) -> Node:
    """The tree of an expression, in which ``cel.bind`` may name values; raises SyntaxErrors."""
    if len(text) > _LONGEST:
        words = f"expression code point size exceeds limit: size: {len(text)}, limit {_LONGEST}"
        raise SyntaxErrors([(NOWHERE, words)])
    return _Parser(text, *scanned(text), bindings=bindings).parse()
