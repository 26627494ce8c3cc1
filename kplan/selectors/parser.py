"""The text form of label selectors, token by token, with upstream's complaints.

``kubectl -l``, ``scale.status.selector`` and our own options speak it.

Upstream: staging/src/k8s.io/apimachinery/pkg/labels/selector.go
"""

import re
from collections.abc import Iterator
from typing import Final

from kplan.namedtuples import NamedTuple
from kplan.selectors.requirement import Operator, Requirement
from kplan.selectors.syntax import SelectorError, invalid, label_key_errors

_WORD: Final = "word"
_END: Final = "end"
_ERROR: Final = "error"
_LEXEME: Final = r"[ \t\r\n]*(?:(?P<special>[=!(),<>]+)|(?P<word>[^ \t\r\n=!(),<>\x00]+))"
_SYMBOLS: Final = frozenset({")", ",", "!", "==", "=", ">", "<", "!=", "("})
_BINARY: Final = {
    "in": Operator.IN,
    "notin": Operator.NOT_IN,
    "=": Operator.EQUALS,
    "==": Operator.DOUBLE_EQUALS,
    "!=": Operator.NOT_EQUALS,
    ">": Operator.GREATER_THAN,
    "<": Operator.LESS_THAN,
}


class _Token(NamedTuple):
    kind: str
    text: str


def _tokens(text: str) -> Iterator[_Token]:
    position, token = 0, re.compile(_LEXEME)
    while match := token.match(text, position):
        word = match["word"]
        if word is not None:
            yield _Token(_WORD, word)
            position = match.end()
            continue
        run = match["special"]
        symbol = _longest_symbol(run)
        if not symbol:
            yield _Token(_ERROR, f"error expected: keyword found '{run}'")
            position = match.end()
            continue
        yield _Token(symbol, symbol)
        position = match.end() - len(run) + len(symbol)
    yield _Token(_END, "")


def _longest_symbol(run: str) -> str:
    for length in (2, 1):
        if run[:length] in _SYMBOLS:
            return run[:length]
    return ""


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.position = 0

    def peek(self) -> _Token:
        return self.tokens[min(self.position, len(self.tokens) - 1)]

    def take(self) -> _Token:
        token = self.peek()
        self.position += 1
        return token

    def requirements(self) -> Iterator[Requirement]:
        while True:
            token = self.peek()
            if token.kind == _END:
                return
            if token.kind not in (_WORD, "!"):
                raise SelectorError(f"found '{token.text}', expected: !, identifier, or 'end of string'")
            try:
                yield self.requirement()
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from error
            token = self.take()
            if token.kind == _END:
                return
            if token.kind != ",":
                raise SelectorError(f"found '{token.text}', expected: ',' or 'end of string'")
            if self.peek().kind not in (_WORD, "!"):
                raise SelectorError(f"found '{self.peek().text}', expected: identifier after ','")

    def requirement(self) -> Requirement:
        token = self.take()
        absent = token.kind == "!"
        if absent:
            token = self.take()
        if token.kind != _WORD:
            raise SelectorError(f"found '{token.text}', expected: identifier")
        key = token.text
        if messages := label_key_errors(key):
            raise SelectorError(invalid("<nil>", key, "; ".join(messages)))
        if absent:
            return Requirement.checked(key, Operator.DOES_NOT_EXIST, ())
        if self.peek().kind in (_END, ","):
            return Requirement.checked(key, Operator.EXISTS, ())
        token = self.take()
        operator = _BINARY.get(token.text)
        if operator is None:
            raise SelectorError(f"found '{token.text}', expected: in, notin, =, ==, !=, gt, lt")
        values = self.values() if operator in (Operator.IN, Operator.NOT_IN) else self.exact_value()
        return Requirement.checked(key, operator, sorted(values))

    def exact_value(self) -> set[str]:
        if self.peek().kind in (_END, ","):
            return {""}
        token = self.take()
        if token.kind != _WORD:
            raise SelectorError(f"found '{token.text}', expected: identifier")
        return {token.text}

    def values(self) -> set[str]:
        token = self.take()
        if token.kind != "(":
            raise SelectorError(f"found '{token.text}' expected: '('")
        first = self.peek()
        if first.kind == ")":
            self.take()
            return {""}
        if first.kind not in (_WORD, ","):
            raise SelectorError(f"found '{first.text}', expected: ',', ')' or identifier")
        values = self.value_list()
        self.take()
        return values

    def value_list(self) -> set[str]:
        values: set[str] = set()
        while True:
            token = self.take()
            following = self.peek()
            if token.kind == _WORD:
                values.add(token.text)
                if following.kind == ")":
                    return values
                if following.kind != ",":
                    raise SelectorError(f"found '{following.text}', expected: ',' or ')'")
            elif token.kind == ",":
                if not values or following.kind in (")", ","):
                    values.add("")
                if following.kind == ")":
                    return values
            else:
                raise SelectorError(f"found '{token.text}', expected: ',', or identifier")


def parse(text: str) -> list[Requirement]:
    """Read requirements in the order written. Raises SelectorError."""
    return list(_Parser(text).requirements())
