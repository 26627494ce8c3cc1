"""What rules found in an object in an earlier run, where neither the object nor its file has changed since."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kplan.diagnostics import Diagnostic


class Earlier(NamedTuple):
    """What rules found in one object."""

    found: Sequence[Diagnostic]
    again: frozenset[str]
    """The codes of the rules that looked at other objects as well: they look again, and what they found then does not count."""

    @property
    def by_rule(self) -> Mapping[str, Sequence[Diagnostic]]:
        """What was found, by the code of the rule."""
        rules: dict[str, list[Diagnostic]] = {}
        for one in self.found:
            rules.setdefault(one.rule, []).append(one)
        return rules
