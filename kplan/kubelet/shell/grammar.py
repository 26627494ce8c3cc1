"""Words and operators to statements.

Upstream: none; this is the grammar of a POSIX shell without pipes and here-documents.
"""

import re
from collections.abc import Sequence
from typing import Final

from kplan.kubelet.shell.words import Operator, Part, UnknownError, Word, plain, tokens
from kplan.namedtuples import NamedTuple

_DEEPEST: Final = 40
_ASSIGNED: Final = re.compile(r"([A-Za-z_][A-Za-z_0-9]*)=(.*)", re.DOTALL)
_REDIRECTED: Final = frozenset(
    {">", ">>", "<", "&>", ">&", "1>", "1>>", "1>&", "2>", "2>>", "2>&"}
)  # fmt: skip
_RESERVED: Final = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "in", "}"})
_SPECIAL: Final = frozenset(
    {
        "break",
        "continue",
        "eval",
        "exec",
        "exit",
        "export",
        "local",
        "readonly",
        "return",
        "set",
        "shift",
        "trap",
        "unset",
    }
)
"""What no function can be named."""
_ENDS: Final = frozenset({";", "\n"})


class Simple(NamedTuple):
    """A command with its words."""

    words: Sequence[Word]
    assigned: Sequence[tuple[str, Word]] = ()
    redirected: Sequence[tuple[str, Word]] = ()


class Arithmetic(NamedTuple):
    """``((i++))``."""

    text: str


class Not(NamedTuple):
    """``! command``."""

    command: "Statement"


class Either(NamedTuple):
    """``left && right``, ``left || right``."""

    left: "Statement"
    operator: str
    right: "Statement"


class Beside(NamedTuple):
    """``command &``: a statement that the next ones do not wait for."""

    command: "Statement"


class Listed(NamedTuple):
    """Statements one after the other."""

    statements: Sequence["Statement"]
    subshell: bool = False
    redirected: Sequence[tuple[str, Word]] = ()


class If(NamedTuple):
    """``if`` with its branches; an ``else`` is a branch whose condition always holds."""

    branches: Sequence[tuple["Listed", "Listed"]]


class Loop(NamedTuple):
    """``while`` or ``until``."""

    condition: Listed
    body: Listed
    until: bool


class For(NamedTuple):
    """``for name in words``."""

    name: str
    words: Sequence[Word]
    body: Listed


class Case(NamedTuple):
    """``case word in pattern | pattern) statements ;; esac``."""

    word: Word
    branches: Sequence[tuple[Sequence[Word], Listed]]


class Function(NamedTuple):
    """``name() { statements; }``."""

    name: str
    body: Listed


Statement = Simple | Arithmetic | Not | Either | Beside | Listed | If | Loop | For | Case | Function


def parse(text: str) -> Listed:
    """The statements of a script. Raises UnknownError for what is not taken."""
    reader = _Reader([*tokens(text), Operator("\n")])
    found = reader.listed(frozenset())
    if not reader.is_over:
        raise UnknownError(text)
    return found


class _Reader:
    """Reads tokens from the left."""

    def __init__(self, every: Sequence[Word | Operator]) -> None:
        self._every, self._place, self._depth = every, 0, 0

    @property
    def is_over(self) -> bool:
        return self._place >= len(self._every)

    @property
    def _next(self) -> Word | Operator:
        return Operator("") if self.is_over else self._every[self._place]

    def _word(self) -> str:
        """The next word if it may be reserved."""
        return "" if isinstance(self._next, Operator) else plain(self._next)

    def _take(self) -> Word | Operator:
        taken = self._next
        self._place += 1
        return taken

    def _expect(self, word: str) -> None:
        if (self._word() or self._next) != word:
            raise UnknownError(word)
        self._place += 1

    def _skip(self, signs: frozenset[str]) -> None:
        while isinstance(self._next, Operator) and self._next in signs and not self.is_over:
            self._place += 1

    def listed(self, ends: frozenset[str]) -> Listed:
        """Statements up to one of the words or signs."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnknownError("nested too deeply")
        found = list[Statement]()
        self._skip(_ENDS)
        while not self.is_over and (self._word() or self._next) not in ends:
            one = self._either()
            if self._next == "&":
                self._take()
                found.append(Beside(one))
                self._skip(_ENDS)
                continue
            found.append(one)
            if not self.is_over and (self._word() or self._next) not in ends and self._next not in _ENDS:
                raise UnknownError(str(self._next))
            self._skip(_ENDS)
        self._depth -= 1
        return Listed(tuple(found))

    def _either(self) -> Statement:
        left = self._negated()
        while self._next in ("&&", "||"):
            operator = str(self._take())
            self._skip(frozenset("\n"))
            left = Either(left, operator, self._negated())
        return left

    def _negated(self) -> Statement:
        if self._word() == "!":
            self._take()
            return Not(self._command())
        return self._command()

    def _command(self) -> Statement:
        word = self._word()
        match word:
            case "if":
                return self._if()
            case "while" | "until":
                self._take()
                condition = self.listed(frozenset({"do"}))
                return Loop(condition, self._body(), word == "until")
            case "for":
                return self._for()
            case "case":
                return self._case()
            case "{":
                self._take()
                return self._closed("}")
            case _ if word in _RESERVED or word in ("function", "select", "time"):
                raise UnknownError(word)
        if self._next == "(":
            self._take()
            return self._closed(")")
        if isinstance(self._next, Operator) and self._next.startswith("(("):
            return Arithmetic(str(self._take())[2:-2])
        if word.isidentifier() and self._every[self._place + 1 : self._place + 3] == ["(", ")"]:
            return self._function()
        return self._simple()

    def _function(self) -> Function:
        name = self._word()
        if name in _SPECIAL:
            raise UnknownError(name)
        self._place += 3
        self._skip(frozenset("\n"))
        self._expect("{")
        return Function(name, self._closed("}"))

    def _case(self) -> Case:
        self._take()
        word = self._some_word()
        self._skip(frozenset("\n"))
        self._expect("in")
        self._skip(frozenset("\n"))
        branches = list[tuple[Sequence[Word], Listed]]()
        while self._word() != "esac":
            branches.append((self._patterns(), self.listed(frozenset({";;", "esac"}))))
            self._skip(frozenset({";;", "\n"}))
        self._take()
        return Case(word, tuple(branches))

    def _patterns(self) -> Sequence[Word]:
        self._skip(frozenset("("))
        found = [self._some_word()]
        while self._next == "|":
            self._take()
            found.append(self._some_word())
        self._expect(")")
        return tuple(found)

    def _some_word(self) -> Word:
        taken = self._take()
        if isinstance(taken, Operator):
            raise UnknownError(str(taken))
        return taken

    def _closed(self, end: str) -> Listed:
        inner = self.listed(frozenset({end}))
        self._expect(end)
        return inner._replace(subshell=end == ")", redirected=self._redirections())

    def _body(self) -> Listed:
        self._expect("do")
        found = self.listed(frozenset({"done"}))
        self._expect("done")
        return found._replace(redirected=self._redirections())

    def _if(self) -> If:
        branches = list[tuple[Listed, Listed]]()
        while self._word() in ("if", "elif"):
            self._take()
            condition = self.listed(frozenset({"then"}))
            self._expect("then")
            branches.append((condition, self.listed(frozenset({"elif", "else", "fi"}))))
        if self._word() == "else":
            self._take()
            branches.append((Listed(()), self.listed(frozenset({"fi"}))))
        self._expect("fi")
        return If(tuple(branches))

    def _for(self) -> For:
        self._take()
        name = self._word()
        self._take()
        self._skip(frozenset("\n"))
        if not name.isidentifier() or self._word() != "in":
            raise UnknownError(name)
        self._take()
        words = list[Word]()
        while not isinstance(self._next, Operator):
            words.append(self._next)
            self._take()
        self._skip(_ENDS)
        return For(name, tuple(words), self._body())

    def _redirections(self) -> tuple[tuple[str, Word], ...]:
        found = list[tuple[str, Word]]()
        while isinstance(self._next, Operator) and self._next in _REDIRECTED:
            sign, target = str(self._take()), self._take()
            if isinstance(target, Operator):
                raise UnknownError(sign)
            found.append((sign, target))
        return tuple(found)

    def _simple(self) -> Simple:
        words, assigned, redirected = list[Word](), list[tuple[str, Word]](), list[tuple[str, Word]]()
        while not self.is_over:
            if found := self._redirections():
                redirected += found
                continue
            if isinstance(self._next, Operator):
                break
            word = self._next
            self._take()
            if not words and (named := _ASSIGNED.fullmatch(word[0].text)) and not word[0].quoted:
                assigned.append((named[1], (Part("text", named[2]), *word[1:])))
            else:
                words.append(word)
        if not words and not assigned and not redirected:
            raise UnknownError(str(self._next))
        if words and assigned:
            raise UnknownError("variables of one command")
        return Simple(tuple(words), tuple(assigned), tuple(redirected))
