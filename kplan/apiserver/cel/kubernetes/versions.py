"""Semantic versions in CEL.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/semverlib.go
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kplan.apiserver.cel.kubernetes.declared import function
from kplan.apiserver.cel.values import CelError
from kplan.apiserver.field import go_quote


@dataclass(frozen=True, slots=True)
class Version:
    """A semantic version."""

    numbers: tuple[int, int, int]
    pre_release: tuple[str, ...]
    cel_type = "kubernetes.Semver"

    def rank(self) -> tuple[Any, ...]:
        """What versions are ordered by."""
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre_release)
        return (self.numbers, 0 if parts else 1, parts)


@lru_cache(maxsize=256)
def _read_version(text: str, *, normalize: bool) -> Version | None:
    if normalize:
        text = text.strip().removeprefix("v")
        core, mark, rest = re.match(r"([0-9.]*)([-+]?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # it matches every text
        numbers = [part.lstrip("0") or "0" for part in core.split(".")] if core else []
        text = ".".join([*numbers, *["0"] * (3 - len(numbers))]) + mark + rest
    match = re.fullmatch(
        r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?",
        text,
        re.ASCII,
    )
    if match is None:
        return None
    parts = tuple(match[4].split(".")) if match[4] else ()
    if any(part.isdigit() and len(part) > 1 and part.startswith("0") for part in parts):
        return None
    return Version((int(match[1]), int(match[2]), int(match[3])), parts)


@function("semver", "(string) -> semver", "(string, bool) -> semver")
def _semver(text: str, normalize: bool = False) -> Version:
    version = _read_version(text, normalize=normalize)
    if version is None:
        raise CelError(_version_problem(text))
    return version


def _version_problem(text: str) -> str:
    """Why a text is no version."""
    if not text:
        return "Version string empty"
    parts = text.split(".", 2)
    if len(parts) < 3:
        return "No Major.Minor.Patch elements found"
    rest, _, build = parts[2].partition("+")
    patch, dash, prerelease = rest.partition("-")
    for name, number in (("major", parts[0]), ("minor", parts[1]), ("patch", patch)):
        if not re.fullmatch(r"[0-9]*", number):
            return f"Invalid character(s) found in {name} number {go_quote(number)}"
        if len(number) > 1 and number.startswith("0"):
            return f"{name.title()} number must not contain leading zeroes {go_quote(number)}"
    for part in prerelease.split(".") if dash else ():
        if not part:
            return "Prerelease is empty"
        if part.isdigit() and len(part) > 1 and part.startswith("0"):
            return f"Numeric PreRelease version must not contain leading zeroes {go_quote(part)}"
        if not re.fullmatch(r"[0-9A-Za-z-]+", part):
            return f"Invalid character(s) found in prerelease {go_quote(part)}"
    bad = next((part for part in build.split(".") if not re.fullmatch(r"[0-9A-Za-z-]+", part)), None)
    return (
        f"Invalid character(s) found in build meta data {go_quote(bad)}"
        if bad
        else "Build meta data is empty"
    )


@function("isSemver", "(string) -> bool", "(string, bool) -> bool")
def _is_semver(text: str, normalize: bool = False) -> bool:
    return _read_version(text, normalize=normalize) is not None


@function("major", "semver.() -> int")
def _major(value: Version) -> int:
    return value.numbers[0]


@function("minor", "semver.() -> int")
def _minor(value: Version) -> int:
    return value.numbers[1]


@function("patch", "semver.() -> int")
def _patch(value: Version) -> int:
    return value.numbers[2]
