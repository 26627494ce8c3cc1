"""Reads CEL text into a tree; what cannot be read is worded as cel-go's generated parser words it.

Upstream: vendor/github.com/google/cel-go/parser
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from kplan.apiserver.cel.nodes import (
    Call,
    FieldNode,
    Identifier,
    ListNode,
    Literal,
    Macro,
    MapNode,
    Node,
    Select,
    StructNode,
)
from kplan.apiserver.cel.tokens import KEYWORDS, Problem, Token, constant, scanned

_OPERAND: Final = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
_MACROS: Final = {
    "all": (2, 3), "exists": (2, 3), "exists_one": (2, 3), "existsOne": (2, 3), "map": (2, 3), "filter": (2,),
    "transformList": (3, 4), "transformMap": (3, 4), "transformMapEntry": (3, 4), "optMap": (2,), "optFlatMap": (2,),
    "sortBy": (2,),
}  # fmt: skip
_TWO_VARIABLES: Final = frozenset({"transformList", "transformMap", "transformMapEntry"})
_UNBOUND: Final = "cel.bind() variable names must be simple identifiers"
_UNNAMED: Final = {
    "map": "argument is not an identifier",
    "filter": "argument is not an identifier",
    "optMap": "optMap() variable name must be a simple identifier",
    "optFlatMap": "optFlatMap() variable name must be a simple identifier",
}
"""What macros say where a name has to stand and something else does."""
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
_LONGEST: Final = 100_000
_DEEPEST: Final = 250
_END: Final = frozenset({"<EOF>"})
_CLOSING: Final = {
    "(": frozenset({")", ","}),
    "[": frozenset({"]", ","}),
    "{": frozenset({"}", ",", ":"}),
    "?": frozenset({":"}),
}
"""What may follow a value within a form that is open."""
Read = TypeVar("Read")
NOWHERE: Final = -1
"""The place of a problem that cel-go gives none."""
TOO_DEEP: Final = f"expression recursion limit exceeded: {_DEEPEST}"
_PRODUCTS: Final = {"*": "_*_", "/": "_/_", "%": "_%_"}


class SyntaxErrors(Exception):  # noqa: N818 - it carries the user's mistakes, none of ours
    """What is wrong with a text: places and words."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(slots=True)
class _Parser:
    text: str
    tokens: list[Token]
    problems: list[Problem]
    """What of the text is no token."""
    bindings: bool
    place: int = 0
    open: list[str] = field(default_factory=list)
    """The forms that are open: ``(``, ``[``, ``{`` and ``?``."""
    depth: Counter[str] = field(default_factory=Counter)
    """How many rules of the grammar are open, by name; a chain keeps one open for every link."""

    # -- tokens ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def take(self, *texts: str) -> Token | None:
        token = self.now
        if token.kind in {"op", "ident"} and token.text in texts:
            self.place += 1
            return token
        return None

    def fail(self, at: int, words: str) -> SyntaxErrors:
        return SyntaxErrors([*self.problems, (at, words)])

    def unexpected(self, expecting: str) -> SyntaxErrors:
        token = self.now
        return self.fail(token.at, f"Syntax error: mismatched input '{token.text}' expecting {expecting}")

    @staticmethod
    def _starts_operand(token: Token) -> bool:
        if token.kind == "end":
            return False
        return (
            token.kind in {"int", "uint", "float", "string", "raw", "bytes", "ident"}
            or token.text in "[{(.-!"
        )

    def no_choice(self, start: int) -> SyntaxErrors:
        """Nothing fits what stands from a place up to the token that comes next."""
        token = self.now
        end = token.at if token.kind == "end" else token.at + len(token.text)
        shown = self.text[start:end].replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
        return self.fail(token.at, f"Syntax error: no viable alternative at input '{shown}'")

    def _no_name(self, token: Token) -> SyntaxErrors:
        following = self.tokens[self.place + 1] if token.kind != "end" else token
        word = "extraneous" if token.kind != "end" and following.kind == "ident" else "mismatched"
        return self.fail(
            token.at, f"Syntax error: {word} input '{token.text}' expecting {{IDENTIFIER, ESC_IDENTIFIER}}"
        )

    def apart(self, closing: str) -> None:
        """After a member of a list or map: a comma, or the end of it."""
        if self.take(",") or self.now.text == closing:
            return
        token = self.now
        word = "mismatched"
        if token.kind != "end" and self.tokens[self.place + 1].text in {closing, ","}:
            word = "extraneous"
        raise self.fail(token.at, f"Syntax error: {word} input '{token.text}' expecting {{'{closing}', ','}}")

    def need(self, text: str) -> Token:
        """The next token, which has to be this one."""
        token = self.take(text)
        if token is not None:
            return token
        token = self.now
        following = self.tokens[self.place + 1] if token.kind != "end" else token
        if token.kind != "end" and following.text == text:
            words = f"extraneous input '{token.text}' expecting '{text}'"
        elif self._starts_operand(token) if text == ":" else token.text in self._after():
            words = f"missing '{text}' at '{token.text}'"
        else:
            words = f"mismatched input '{token.text}' expecting '{text}'"
        raise self.fail(token.at, f"Syntax error: {words}")

    def _after(self) -> frozenset[str]:
        """What may follow the innermost open form when it is closed, besides what goes on with it."""
        return _CLOSING[self.open[-2]] if len(self.open) > 1 else _END

    def enclosed(self, form: str, read: Callable[[], Read]) -> Read:
        """Read what stands within a form."""
        self.open.append(form)
        found = read()
        self.open.pop()
        return found

    # -- grammar --------------------------------------------------------------------------------------------------

    def parse(self) -> Node:
        node = self.expression()
        if self.now.kind != "end":
            word = "extraneous" if self.tokens[self.place + 1].kind == "end" else "mismatched"
            raise self.fail(self.now.at, f"Syntax error: {word} input '{self.now.text}' expecting <EOF>")
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
            then = self.enclosed("?", lambda: self._until(":", self.disjunction))
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
        if not self._starts_operand(self.now) or self.now.text in {"!", "-"}:
            raise self.fail(
                self.now.at, f"Syntax error: extraneous input '{self.now.text}' expecting {_OPERAND}"
            )
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
                index = self.enclosed("[", lambda: self._until("]", self.expression))
                node = Call(bracket.at, "_[?_]" if optional else "_[_]", [node, index])
            elif self.now.text == "{" and (name := _qualified(node)):
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
                raise self._no_name(token)
            raise self.no_choice(at)
        self.place += 1
        bracket = self.take("(") if not optional else None
        if bracket is None:
            return Select(at, node, token.text, optional=optional)
        return self._method(node, token, bracket.at)

    def _until(self, closing: str, read: Callable[[], Read]) -> Read:
        found = read()
        self.need(closing)
        return found

    def _arguments(self) -> list[Node]:
        if self.take(")"):
            return []
        return self.enclosed("(", lambda: self._until(")", self._listed))

    def _listed(self) -> list[Node]:
        found = [self.expression()]
        while self.take(","):
            found.append(self.expression())
        return found

    def _method(self, target: Node, name: Token, at: int) -> Node:
        arguments = self._arguments()
        if (
            self.bindings
            and name.text == "bind"
            and isinstance(target, Identifier)
            and target.name == "cel"
            and len(arguments) == 3
        ):
            return Macro(at, "bind", arguments[1], [self._variable(arguments[0], _UNBOUND)], [arguments[2]])
        sizes = _MACROS.get(name.text, ())
        if len(arguments) not in sizes or (
            name.text == "sortBy" and not isinstance(arguments[0], Identifier)
        ):
            return Call(at, name.text, arguments, target)
        two = name.text in _TWO_VARIABLES or (len(arguments) == 3 and name.text != "map")
        count = 2 if two else 1
        unnamed = _UNNAMED.get(name.text, "argument must be a simple name")
        variables = [self._variable(argument, unnamed) for argument in arguments[:count]]
        if two and variables[0] == variables[1]:
            raise self.fail(arguments[1].at, f"duplicate variable name: {variables[1]}")
        return Macro(at, name.text, target, variables, arguments[count:])

    def _variable(self, node: Node, unnamed: str) -> str:
        if not isinstance(node, Identifier):
            raise self.fail(node.at, unnamed)
        if node.name == "__result__":
            raise self.fail(node.at, "iteration variable overwrites accumulator variable")
        return node.name.removeprefix(".")

    def primary(self) -> Node:
        token = self.now
        if token.kind in {"int", "uint", "float", "string", "raw", "bytes"}:
            self.place += 1
            return Literal(token.at, self._constant(token))
        if self.take("("):
            return self.enclosed("(", lambda: self._until(")", self.expression))
        if self.take("["):
            return self.enclosed("[", lambda: self._list(token.at))
        if self.take("{"):
            return self.enclosed("{", lambda: self._map(token.at))
        dot = self.take(".")
        token = self.now
        if dot is not None and (token.kind != "ident" or token.text == "in"):
            raise self.no_choice(dot.at)
        if token.kind != "ident" or token.text == "in":
            following = self.tokens[self.place + 1] if token.kind != "end" else token
            if token.kind != "end" and self._starts_operand(following):
                words = f"Syntax error: extraneous input '{token.text}' expecting {self._operands()}"
                raise self.fail(token.at, words)
            raise self.unexpected(self._operands())
        self.place += 1
        return self._name(token, leading=dot is not None)

    def _operands(self) -> str:
        """What may start an operand here: more right after what opens a call, index, list or map."""
        opener = self.tokens[self.place - 1].text if self.place else ""
        before = self.tokens[self.place - 2] if self.place > 1 else None
        after_value = before is not None and (before.kind not in {"op", "end"} or before.text in {")", "]"})
        if opener == "(" and after_value:
            return _OPERAND.replace("'(', ", "'(', ')', ")
        if opener == "[":
            listed = _OPERAND.replace("'!', ", "'!', '?', ")
            return (
                listed
                if after_value
                else listed.replace("'[', ", "'[', ']', ").replace("'.', ", "'.', ',', ")
            )
        if opener == "{":
            return (
                _OPERAND.replace("'{', ", "'{', '}', ")
                .replace("'.', ", "'.', ',', ")
                .replace("'!', ", "'!', '?', ")
            )
        return _OPERAND

    def _name(self, token: Token, *, leading: bool) -> Node:
        if token.text in {"true", "false", "null"}:
            return Literal(token.at, {"true": True, "false": False, "null": None}[token.text])
        if token.text in KEYWORDS:
            raise self.fail(token.at, f"reserved identifier: {token.text}")
        bracket = self.take("(")
        if bracket is None:
            return Identifier(token.at, f".{token.text}" if leading else token.text)
        arguments = self._arguments()
        if token.text == "has" and not leading and len(arguments) == 1:
            inner = arguments[0]
            if not isinstance(inner, Select) or inner.test:
                raise self.fail(inner.at, "invalid argument to has() macro")
            return Select(bracket.at, inner.operand, inner.name, test=True)
        return Call(bracket.at, f".{token.text}" if leading else token.text, arguments)

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


def _qualified(node: Node) -> str:
    if isinstance(node, Identifier):
        return node.name
    if isinstance(node, Select) and not node.test and not node.optional:
        head = _qualified(node.operand)
        return f"{head}.{node.name}" if head else ""
    return ""


def parse(text: str, *, bindings: bool = True) -> Node:
    """The tree of an expression, in which ``cel.bind`` may name values; raises SyntaxErrors."""
    if len(text) > _LONGEST:
        words = f"expression code point size exceeds limit: size: {len(text)}, limit {_LONGEST}"
        raise SyntaxErrors([(NOWHERE, words)])
    return _Parser(text, *scanned(text), bindings=bindings).parse()
