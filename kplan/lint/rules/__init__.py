"""All rules, found by walking: one module a rule, in a folder a theme. A new file is a new rule."""

import importlib
import os
from functools import cache
from os.path import dirname

from kplan.lint.rule import Rule

_HERE = dirname(__file__)  # noqa: PTH120 - pathlib takes 10 ms for this


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule with its documentation, by code."""
    return tuple(sorted(map(_load, _modules()), key=lambda rule: rule.code))


def _modules() -> list[str]:
    themes = sorted(
        entry.name for entry in os.scandir(_HERE) if entry.is_dir() and entry.name != "__pycache__"
    )
    return [
        f"{__name__}.{theme}.{file.removesuffix('.py')}"
        for theme in themes
        for file in sorted(os.listdir(f"{_HERE}/{theme}"))  # noqa: PTH208 - likewise
        if file.endswith(".py") and file != "__init__.py"
    ]


def _load(module_name: str) -> Rule:
    module = importlib.import_module(module_name)
    rule = module.RULE
    assert isinstance(rule, Rule)
    return rule._replace(theme=module_name.rsplit(".", 2)[1], doc=module.__doc__ or "")
