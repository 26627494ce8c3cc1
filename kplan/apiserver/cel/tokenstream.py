"""The tokens of a text one by one, and cel-go's errors for a token that does not fit.

Upstream: vendor/github.com/antlr4-go/antlr/v4/error_strategy.go
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from kplan.apiserver.cel.tokens import Problem, Token, shown

OPERAND: Final = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
"""What may start an operand, as the parser lists it."""
VALUES: Final = frozenset({"int", "uint", "float", "string", "raw", "bytes"})
"""The kinds of tokens that are values."""
_END: Final = frozenset({"<EOF>"})
_CLOSING: Final = {
    "(": frozenset({")", ","}),
    "[": frozenset({"]", ","}),
    "{": frozenset({"}", ",", ":"}),
    "?": frozenset({":"}),
}
"""The tokens that may follow a value inside an open bracket."""
Read = TypeVar("Read")


class SyntaxErrors(Exception):  # noqa: N818 - it carries the user's mistakes, none of ours
    """The syntax errors of a text, as offsets and messages."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(slots=True)
class TokenStream:
    """The tokens of a text, and the position of the next one."""

    text: str
    tokens: list[Token]
    problems: list[Problem]
    """Errors for the parts of the text that are not tokens."""
    place: int = field(default=0, kw_only=True)
    open: list[str] = field(default_factory=list, kw_only=True)
    """The open brackets and conditionals: ``(``, ``[``, ``{`` and ``?``."""

    @property
    def now(self) -> Token:
        """The next token."""
        return self.tokens[self.place]

    @property
    def following(self) -> Token:
        """The token after the next one; the end if there is none."""
        return self.now if self.now.kind == "end" else self.tokens[self.place + 1]

    def take(self, *texts: str) -> Token | None:
        """Consume the next token if it is one of these; None if it is not."""
        token = self.now
        if token.kind in {"op", "ident"} and token.text in texts:
            self.place += 1
            return token
        return None

    def need(self, text: str) -> Token:
        """Consume the next token, which must be this one. Raises SyntaxErrors."""
        token = self.take(text)
        if token is not None:
            return token
        token = self.now
        if token.kind != "end" and self.following.text == text:
            raise self.unexpected(f"'{text}'", extraneous=True)
        if starts_operand(token) if text == ":" else token.text in self._after():
            raise self.fail(token.at, f"Syntax error: missing '{text}' at '{token.text}'")
        raise self.unexpected(f"'{text}'")

    def members(self, closing: str, read: Callable[[], None], begins: Callable[[Token], bool]) -> None:
        """Read the members of a list or map, separated by commas, with an optional trailing comma.

        Raises SyntaxErrors.
        """
        if self.take(","):
            self.need(closing)
            return
        while not self.take(closing):
            read()
            if self.take(","):
                if self.now.text != "?" and not begins(self.now):
                    self.need(closing)
                    return
            elif self.now.text != closing:
                extraneous = self.now.kind != "end" and self.following.text in {closing, ","}
                raise self.unexpected(f"{{'{closing}', ','}}", extraneous=extraneous)

    def until(self, closing: str, read: Callable[[], Read]) -> Read:
        """Read up to a closing token. Raises SyntaxErrors."""
        found = read()
        self.need(closing)
        return found

    def enclosed(self, form: str, read: Callable[[], Read]) -> Read:
        """Read the content of an open bracket."""
        self.open.append(form)
        found = read()
        self.open.pop()
        return found

    def fail(self, at: int, words: str) -> SyntaxErrors:
        """The error at an offset, after those for what is not a token."""
        return SyntaxErrors([*self.problems, (at, words)])

    def unexpected(self, expecting: str, *, extraneous: bool = False) -> SyntaxErrors:
        """The error for a token other than the expected one; ``extraneous`` if the expected one follows."""
        token, word = self.now, "extraneous" if extraneous else "mismatched"
        return self.fail(token.at, f"Syntax error: {word} input '{token.text}' expecting {expecting}")

    def no_choice(self, start: int) -> SyntaxErrors:
        """The error if no alternative fits the text from an offset up to the next token."""
        token = self.now
        end = token.at if token.kind == "end" else token.at + len(token.text)
        words = f"Syntax error: no viable alternative at input '{shown(self.text[start:end])}'"
        return self.fail(token.at, words)

    def no_operand(self) -> SyntaxErrors:
        """The error if the next token cannot start a value."""
        expecting = self._operands()
        extraneous = starts_operand(self.following) or f"'{self.following.text}'" in expecting
        return self.unexpected(expecting, extraneous=self.now.kind != "end" and extraneous)

    def _operands(self) -> str:
        """The tokens that may start a value here: more of them right after an opening bracket."""
        opener = self.tokens[self.place - 1].text if self.place else ""
        before = self.tokens[self.place - 2] if self.place > 1 else None
        after_value = before is not None and (before.kind not in {"op", "end"} or before.text in {")", "]"})
        if opener == "(" and after_value:
            return OPERAND.replace("'(', ", "'(', ')', ")
        if opener == "[":
            listed = OPERAND.replace("'!', ", "'!', '?', ")
            return (
                listed
                if after_value
                else listed.replace("'[', ", "'[', ']', ").replace("'.', ", "'.', ',', ")
            )
        if opener == "{":
            return (
                OPERAND.replace("'{', ", "'{', '}', ")
                .replace("'.', ", "'.', ',', ")
                .replace("'!', ", "'!', '?', ")
            )
        return OPERAND

    def _after(self) -> frozenset[str]:
        """The tokens that may follow the innermost open bracket, besides those that continue the value."""
        return _CLOSING[self.open[-2]] if len(self.open) > 1 else _END


def starts_operand(token: Token) -> bool:
    """Whether a value may begin with a token."""
    if token.kind == "end":
        return False
    return token.kind in VALUES or (token.kind == "ident" and token.text != "in") or token.text in "[{(.-!"
