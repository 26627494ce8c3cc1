"""The levels that a namespace's labels ask for, and how they are written.

Upstream: staging/src/k8s.io/pod-security-admission/api/helpers.go
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from kplan.namedtuples import NamedTuple

PREFIX: Final = "pod-security.kubernetes.io/"
_VERSION: Final = re.compile(r"v1\.(0|[1-9][0-9]*)")


class Level(StrEnum):
    """The three standards, from open to strict."""

    PRIVILEGED = "privileged"
    BASELINE = "baseline"
    RESTRICTED = "restricted"

    @property
    def rank(self) -> int:
        """0 for the open one."""
        return list(Level).index(self)


class LevelVersion(NamedTuple):
    """A level as of a release; None is the latest."""

    level: Level = Level.PRIVILEGED
    minor: int | None = None

    def __str__(self) -> str:
        return f"{self.level}:" + ("latest" if self.minor is None else f"v1.{self.minor}")


class LabelError(NamedTuple):
    """A label that says nothing valid."""

    label: str
    value: str
    problem: str


class Policy(NamedTuple):
    """What a namespace enforces, audits and warns of."""

    enforce: LevelVersion = LevelVersion()
    audit: LevelVersion = LevelVersion()
    warn: LevelVersion = LevelVersion()

    @classmethod
    def of(cls, labels: Mapping[str, str]) -> tuple["Policy", list[LabelError]]:
        """Read a namespace's labels; a wrong level enforces the strictest, and audits and warns of nothing."""
        errors: list[LabelError] = []
        modes = {mode: _read(labels, mode, errors) for mode in ("enforce", "audit", "warn")}
        enforce, warn = modes["enforce"], modes["warn"]
        valid = any(labels.get(f"{PREFIX}enforce") == level.value for level in Level)
        if f"{PREFIX}warn" not in labels and valid and enforce.level.rank > warn.level.rank:
            minor = warn.minor if f"{PREFIX}warn-version" in labels else enforce.minor
            warn = LevelVersion(enforce.level, minor)
        return cls(enforce, modes["audit"], warn), errors


def _read(labels: Mapping[str, str], mode: str, errors: list[LabelError]) -> LevelVersion:
    level, minor = Level.PRIVILEGED, None
    label = PREFIX + mode
    if label in labels:
        try:
            level = Level(labels[label])
        except ValueError:
            level = Level.RESTRICTED if mode == "enforce" else Level.PRIVILEGED
            errors.append(LabelError(label, labels[label], "must be one of privileged, baseline, restricted"))
    label += "-version"
    version = labels.get(label, "latest")
    if version != "latest":
        match = _VERSION.fullmatch(version)
        if match:
            minor = int(match[1])
        else:
            errors.append(LabelError(label, version, 'must be "latest" or "v1.x"'))
    return LevelVersion(level, minor)
