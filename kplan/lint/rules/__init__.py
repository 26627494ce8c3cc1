"""All rules: one module a rule, in a folder a theme. A new file is a new rule.

``index.py`` says of each module what is needed to know whether a run needs it, so that a lint of one file imports
a part of them. ``make generate`` writes it; a module that it does not name is imported to be asked.
"""

import importlib
import os
from collections.abc import Iterator
from functools import cache
from os.path import dirname
from typing import TYPE_CHECKING

from kplan.lint.rules.index import INDEX
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.lint.rule import Rule

_HERE = dirname(__file__)  # noqa: PTH120 - pathlib takes 10 ms for this


class Entry(NamedTuple):
    """What is known of a rule without importing it."""

    module: str
    """``theme.module``."""
    code: str
    kinds: str
    """Group kinds it looks at, sorted, with a space between; empty for all."""
    looks_around: bool
    presets: str
    """The presets that hold it, with a space between."""
    needs: str = ""
    """Group kinds of which another object has to be in the run for it to find anything; empty if none has to."""

    def covers(self, kind: str) -> bool:
        """Whether it looks at a group kind."""
        return not self.kinds or kind in self.kinds.split()

    @property
    def rule(self) -> "Rule":
        """The rule itself."""
        return load(self.module)


@cache
def entries() -> tuple[Entry, ...]:
    """Every rule, by code."""
    return tuple(sorted(map(_entry, modules()), key=_code))


@cache
def all_rules() -> "tuple[Rule, ...]":
    """Every rule with its documentation, by code."""
    return tuple(one.rule for one in entries())


@cache
def load(module: str) -> "Rule":
    """The rule of a module, ``theme.module``, with its documentation."""
    loaded = importlib.import_module(f"{__name__}.{module}")
    rule: Rule = loaded.RULE
    return rule._replace(theme=module.partition(".")[0], doc=loaded.__doc__ or "")


@cache
def codes_in(preset: str) -> frozenset[str]:
    """The codes of the rules that a preset holds."""
    return frozenset(one.code for one in entries() if preset in one.presets.split())


def is_rule(code: str) -> bool:
    """Whether a code is a rule's, not one of what reading or the API server says."""
    return code in _codes()


@cache
def _codes() -> frozenset[str]:
    return frozenset(one.code for one in entries())


def asked(module: str) -> Entry:
    """A rule's entry, from the rule itself."""
    from kplan.lint.presets import presets_of  # noqa: PLC0415 - the index knows it of all rules it names

    rule = load(module)
    held_in = " ".join(presets_of(rule.preset, rule.aliases))
    return Entry(
        module,
        rule.code,
        " ".join(sorted(rule.kinds)),
        rule.looks_around,
        held_in,
        " ".join(sorted(rule.needs)),
    )


def _entry(module: str) -> Entry:
    return Entry(module, *INDEX[module]) if module in INDEX else asked(module)


def _code(entry: Entry) -> str:
    return entry.code


def modules() -> Iterator[str]:
    """Every rule's module, as ``theme.module``."""
    themes = sorted(
        entry.name for entry in os.scandir(_HERE) if entry.is_dir() and entry.name != "__pycache__"
    )
    for theme in themes:
        for file in sorted(os.listdir(f"{_HERE}/{theme}")):  # noqa: PTH208 - likewise
            if file.endswith(".py") and file != "__init__.py":
                yield f"{theme}.{file.removesuffix('.py')}"
