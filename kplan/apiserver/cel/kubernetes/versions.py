"""Semantic versions in CEL.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/semverlib.go
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from kplan.apiserver.cel.kubernetes.declared import function
from kplan.apiserver.cel.values import CelError
from kplan.apiserver.field import go_quote

_MARK: Final = r"[0-9A-Za-z-]+"
_MOST_DIGITS: Final = 21


@dataclass(frozen=True, slots=True)
class Version:
    """A semantic version."""

    numbers: tuple[int, int, int]
    pre_release: tuple[str, ...]
    cel_type = "kubernetes.Semver"

    def rank(self) -> tuple[Any, ...]:
        """The sort key of a version."""
        parts = tuple(
            (0, int(part), "") if re.fullmatch(r"[0-9]+", part) else (1, 0, part) for part in self.pre_release
        )
        return (self.numbers, 0 if parts else 1, parts)


@lru_cache(maxsize=256)
def _read_version(text: str, *, normalize: bool) -> Version:
    """A version; raises CelError with what is wrong first."""
    parts = text.split(".", 2) if not normalize else _normalized(text)
    if parts == [""]:
        raise CelError("Version string empty")
    if len(parts) < 3:
        raise CelError("No Major.Minor.Patch elements found")
    major, minor = _number("major", parts[0]), _number("minor", parts[1])
    rest, plus, build = parts[2].partition("+")
    last, dash, pre_release = rest.partition("-")
    patch = _number("patch", last)
    marks = pre_release.split(".") if dash else []
    for mark in marks:
        _check_mark(mark)
    for mark in build.split(".") if plus else ():
        if not mark:
            raise CelError("Build meta data is empty")
        if not re.fullmatch(_MARK, mark):
            raise CelError(f"Invalid character(s) found in build meta data {go_quote(mark)}")
    return Version((major, minor, patch), tuple(marks))


def _normalized(text: str) -> list[str]:
    """The three numbers of a version that may lack some, start with a ``v``, or have leading zeros."""
    parts = text.removeprefix("v").split(".", 2)
    for index, part in enumerate(parts):
        if len(part) > 1:
            bare = part.lstrip("0")
            parts[index] = bare if re.match(r"[0-9]", bare) else f"0{bare}"
    if len(parts) < 3 and re.search(r"[+-]", parts[-1]):
        raise CelError("short version cannot contain PreRelease/Build meta data")
    whole = ".".join([*parts, *["0"] * (3 - len(parts))])
    return whole.split(".", 2)


def _number(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]*", text):
        raise CelError(f"Invalid character(s) found in {name} number {go_quote(text)}")
    if len(text) > 1 and text.startswith("0"):
        raise CelError(f"{name.title()} number must not contain leading zeroes {go_quote(text)}")
    if not text or int(text[:_MOST_DIGITS]) >= 2**64:
        problem = "value out of range" if text else "invalid syntax"
        raise CelError(f"strconv.ParseUint: parsing {go_quote(text)}: {problem}")
    return int(text)


def _check_mark(text: str) -> None:
    """Check one identifier of a pre-release, the part after the dash."""
    if not text:
        raise CelError("Prerelease is empty")
    if re.fullmatch(r"[0-9]+", text):
        if len(text) > 1 and text.startswith("0"):
            words = "Numeric PreRelease version must not contain leading zeroes"
            raise CelError(f"{words} {go_quote(text)}")
        _number("prerelease", text)
    elif not re.fullmatch(_MARK, text):
        raise CelError(f"Invalid character(s) found in prerelease {go_quote(text)}")


@function("semver", "(string) -> semver", "(string, bool) -> semver")
def _semver(text: str, normalize: bool = False) -> Version:
    return _read_version(text, normalize=normalize)


@function("isSemver", "(string) -> bool", "(string, bool) -> bool")
def _is_semver(text: str, normalize: bool = False) -> bool:
    try:
        _read_version(text, normalize=normalize)
    except CelError:
        return False
    return True


@function("major", "semver.() -> int")
def _major(value: Version) -> int:
    return value.numbers[0]


@function("minor", "semver.() -> int")
def _minor(value: Version) -> int:
    return value.numbers[1]


@function("patch", "semver.() -> int")
def _patch(value: Version) -> int:
    return value.numbers[2]
