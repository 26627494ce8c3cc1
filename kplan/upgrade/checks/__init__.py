"""All checks of an upgrade, found by walking: one module a check. A new file is a new check."""

import importlib
from functools import cache
from pkgutil import iter_modules

from kplan.upgrade.check import Check


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check with its documentation, by code."""
    return tuple(sorted(map(_load, (found.name for found in iter_modules(__path__))), key=_code))


def _code(check: Check) -> str:
    return check.code


def _load(name: str) -> Check:
    module = importlib.import_module(f"{__name__}.{name}")
    check = module.CHECK
    assert isinstance(check, Check)
    return check._replace(doc=module.__doc__ or "")
