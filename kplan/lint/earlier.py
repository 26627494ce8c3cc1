"""What rules found in an object in an earlier run, provided that neither the object nor its file has changed."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from kplan.checksum import sha256
from kplan.diagnostics import Diagnostic
from kplan.fieldpath import FieldPath, Key
from kplan.fixes import Fix
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.lint.rule import Finding


class Earlier(NamedTuple):
    """What rules found in one object."""

    found: Sequence[Diagnostic]
    again: frozenset[str]
    """The codes of the rules that looked at other objects as well:
    they look again, and what they found then does not count.
    """
    defined: frozenset[str] = frozenset()
    """The codes of the rules that besides the object looked at the definitions of its kind alone."""
    placed: Mapping[str, Diagnostic] = MappingProxyType({})
    """Findings of such rules with their places, by mark, for when they are found again."""

    @property
    def by_rule(self) -> Mapping[str, Sequence[Diagnostic]]:
        """What was found, by the code of the rule."""
        rules: dict[str, list[Diagnostic]] = {}
        for one in self.found:
            rules.setdefault(one.rule, []).append(one)
        return rules

    def undefined(self) -> "Earlier":
        """The same if its kind has other definitions: what was found by them does not count."""
        lasting = [one for one in self.found if one.rule not in self.defined]
        return self._replace(found=lasting, again=self.again | self.defined, defined=frozenset())


def mark(code: str, finding: "Finding") -> str:
    """A digest of everything a finding says, except for the other places it is about."""
    fix = _plain(finding.fix) if finding.fix else None
    said = finding._replace(path=_steps(finding.path), related=(), fix=fix)  # type: ignore[arg-type]
    return sha256(ascii((code, *said)).encode()).hexdigest()[:32]


def _plain(fix: Fix) -> tuple[object, ...]:
    return (*fix._replace(edits=()), [(one.op, _steps(one.path), one.text) for one in fix.edits])


def _steps(path: FieldPath) -> list[tuple[bool, str | int]]:
    """A path whose text has nothing that could be read in two ways."""
    return [(isinstance(step, Key), step) for step in path.steps]
