"""All rules, found by walking: one module a rule, in a folder a theme. A new file is a new rule."""

import importlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from kplan.lint.rule import Rule

_HERE = Path(__file__).parent


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule with its documentation, by code."""
    return tuple(sorted(map(_load, _modules()), key=lambda rule: rule.code))


def _modules() -> list[str]:
    return [
        f"{__name__}.{theme.name}.{file.stem}"
        for theme in sorted(_HERE.iterdir())
        if theme.is_dir() and theme.name != "__pycache__"
        for file in sorted(theme.glob("*.py"))
        if file.stem != "__init__"
    ]


def _load(module_name: str) -> Rule:
    module = importlib.import_module(module_name)
    rule = module.RULE
    assert isinstance(rule, Rule)
    return replace(rule, theme=module_name.rsplit(".", 2)[1], doc=module.__doc__ or "")
