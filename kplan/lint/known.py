"""Every code that lint may report."""

from collections.abc import Iterable

from kplan.lint.codes import CODES, SERVER_CODES, Code
from kplan.lint.rules import entries


def known_codes() -> frozenset[str]:
    """The codes of the rules, of what reading says, and of what the API server says."""
    return codes_of((*CODES, *SERVER_CODES))


def codes_of(others: Iterable[Code]) -> frozenset[str]:
    """The codes of the rules and those ``others``."""
    return frozenset((*(one.code for one in entries()), *(code.code for code in others)))
