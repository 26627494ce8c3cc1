"""A verb's command line, read as kubectl reads it: ``-n x``, ``-nx``, ``-n=x``, ``--flag=x``, flags anywhere, ``--``.

Upstream: github.com/spf13/pflag/{flag,bool,int,duration,string_slice}.go, github.com/spf13/cobra/command.go
"""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from kplan.errors import UsageError
from kplan.kubectl.flags import HELP, Flag, Kind
from kplan.namedtuples import NamedTuple

TRUE: Final = ("1", "t", "T", "TRUE", "true", "True")
FALSE: Final = ("0", "f", "F", "FALSE", "false", "False")
_INT: Final = re.compile(r"[+-]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[0-9][0-9_]*)\Z")
_DURATION: Final = re.compile(r"[+-]?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+\Z")
_UNIT: Final = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_SECONDS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_LARGEST_32: Final = 2**31


class FlagError(UsageError):
    """The flags cannot be read, as cobra says it."""


class UnknownFlagError(FlagError):
    """There is no such flag; ``known`` are the names of those that there are."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"unknown flag: --{name}")
        self.name = name
        self.known = tuple(known)


class HelpError(UsageError):
    """The words make no sense to the verb, whose help says more (UsageErrorf).

    ``before`` and ``after`` are lines that kubectl prints around the message, and no other program does.
    """

    def __init__(self, message: str, *, hint: str = "", before: str = "", after: str = "") -> None:
        super().__init__(message, hint=hint)
        self.before = before
        self.after = after


class Arguments(NamedTuple):
    """What a command line said: words in order, and the values of flags, each once, last or all."""

    words: Sequence[str]
    values: Mapping[str, Sequence[str]]
    flags: Mapping[str, Flag]
    before_dash: int | None = None
    """How many words came before ``--``; None if there is none."""

    def given(self, name: str) -> bool:
        """Whether the flag is on the command line."""
        return name in self.values

    def text(self, name: str) -> str:
        """The value of a flag that has one."""
        return self.values[name][-1] if name in self.values else self.flags[name].default

    def texts(self, name: str) -> Sequence[str]:
        """All values of a repeatable flag."""
        return tuple(self.values.get(name, ()))

    def switch(self, name: str) -> bool:
        """Whether a flag is on."""
        return self.text(name) in TRUE

    def number(self, name: str) -> int:
        """The value of a flag that is an integer."""
        return _integer(self.text(name))

    def seconds(self, name: str) -> float:
        """The value of a flag that is a duration, in seconds."""
        return _seconds(self.text(name))

    def having(self, values: Mapping[str, str]) -> "Arguments":
        """The command line with these values of flags instead of its own."""
        return self._replace(values={**self.values, **{name: (text,) for name, text in values.items()}})

    def without(self, name: str) -> "Arguments":
        """The command line without a flag."""
        return self._replace(values={flag: texts for flag, texts in self.values.items() if flag != name})


def is_duration(text: str) -> bool:
    """Whether a text is a length of time as Go writes it."""
    return text == "0" or _DURATION.match(text) is not None


def parse(argv: Iterable[str], flags: Iterable[Flag]) -> Arguments:
    """Read a command line. Raises FlagError."""
    reader = _Reader([HELP, *flags])
    reader.read(list(argv))
    found = Arguments(reader.words, reader.values, reader.flags, reader.before_dash)
    missing = [flag.name for flag in found.flags.values() if flag.required and not found.given(flag.name)]
    if missing and not found.switch("help"):
        names = '", "'.join(sorted(missing))
        raise UsageError(f'required flag(s) "{names}" not set')
    return found


class _Reader:
    def __init__(self, flags: Iterable[Flag]) -> None:
        self.flags = {flag.name: flag for flag in flags}
        self.words: list[str] = []
        self.values: dict[str, list[str]] = {}
        self.before_dash: int | None = None
        self._shorts = {flag.short: flag for flag in self.flags.values() if flag.short}
        self._left: list[str] = []

    def read(self, argv: list[str]) -> None:
        self._left = argv
        while self._left:
            word = self._left.pop(0)
            if word == "--":
                self.before_dash = len(self.words)
                self.words += self._left
                return
            if word.startswith("--"):
                self._long(word)
            elif word.startswith("-") and len(word) > 1:
                self._shorthands(word[1:])
            else:
                self.words.append(word)

    def _long(self, word: str) -> None:
        name, equals, text = word[2:].partition("=")
        if not name or name.startswith("-"):
            raise FlagError(f"bad flag syntax: {word}")
        flag = self.flags.get(name)
        if flag is None:
            raise UnknownFlagError(name, self.flags)
        self._set(flag, text if equals else self._value_of(flag, f"--{name}"))

    def _shorthands(self, letters: str) -> None:
        given = letters
        while letters:
            letter, letters = letters[0], letters[1:]
            flag = self._shorts.get(letter)
            if flag is None:
                raise FlagError(f"unknown shorthand flag: '{letter}' in -{given}")
            if letters.startswith("="):
                text, letters = letters[1:], ""
            elif letters and flag.takes_value:
                text, letters = letters, ""
            else:
                text = self._value_of(flag, f"'{letter}' in -{given}")
            self._set(flag, text)

    def _value_of(self, flag: Flag, place: str) -> str:
        if flag.without_value:
            return flag.without_value
        if not self._left:
            raise FlagError(f"flag needs an argument: {place}")
        return self._left.pop(0)

    def _set(self, flag: Flag, text: str) -> None:
        try:
            found = _READ[flag.kind](text)
        except ValueError as error:
            name = f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"
            raise FlagError(f'invalid argument "{text}" for "{name}" flag: {error}') from error
        self.values.setdefault(flag.name, []).extend(found)


def _bool(text: str) -> list[str]:
    if text not in TRUE and text not in FALSE:
        raise ValueError(f'strconv.ParseBool: parsing "{text}": invalid syntax')
    return [text]


def _int32(text: str) -> list[str]:
    return _int(text, _LARGEST_32)


def _int(text: str, largest: int = 2**63) -> list[str]:
    if not _INT.match(text):
        raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if not -largest <= _integer(text) < largest:
        raise ValueError(f'strconv.ParseInt: parsing "{text}": value out of range')
    return [text]


def _integer(text: str) -> int:
    """An integer as Go writes it; a leading zero means octal."""
    plain = text.lstrip("+-").replace("_", "")
    octal = len(plain) > 1 and plain.isdecimal() and plain.startswith("0")
    number = int(plain, 8) if octal else int(plain, 0)
    return -number if text.startswith("-") else number


def _duration(text: str) -> list[str]:
    if text.lstrip("+-") != "0" and not _DURATION.match(text):
        raise ValueError(f"time: {_wrong_duration(text)}")
    return [text]


def _go_duration(text: str) -> list[str]:
    try:
        return _duration(text)
    except ValueError:
        raise ValueError("parse error") from None


def _wrong_duration(text: str) -> str:
    """What time.ParseDuration says: of the first part that is no number with a unit that it knows."""
    rest = text.lstrip("+-")
    while part := re.match(r"(\d+\.?\d*|\.\d+)([^\d.]*)", rest):
        unit, rest = part[2], rest[part.end() :]
        if not unit:
            return f'missing unit in duration "{text}"'
        if unit not in _SECONDS:
            return f'unknown unit "{unit}" in duration "{text}"'
    return f'invalid duration "{text}"'


def _seconds(text: str) -> float:
    found = sum(float(number) * _SECONDS[unit] for number, unit in _UNIT.findall(text))
    return -found if text.startswith("-") else found


def _strings(text: str) -> list[str]:
    if '"' not in text:
        return text.partition("\n")[0].split(",") if text else []
    try:
        return next(csv.reader([text]), [])
    except csv.Error as error:
        raise UsageError(f"invalid argument: {error}") from None


_READ: Final[Mapping[Kind, Callable[[str], list[str]]]] = {
    Kind.STRING: lambda text: [text],
    Kind.BOOL: _bool,
    Kind.INT: _int,
    Kind.INT32: _int32,
    Kind.DURATION: _duration,
    Kind.GO_DURATION: _go_duration,
    Kind.STRINGS: _strings,
    Kind.STRING_ARRAY: lambda text: [text],
}
