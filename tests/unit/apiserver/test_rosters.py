"""Kinds are found by rosters, so that a run loads only what its kinds need; nothing may be missing from one."""

import pkgutil
from importlib import import_module

from kplan.apiserver import defaulting, registry


def _modules(package: str) -> dict[str, object]:
    found = pkgutil.iter_modules(import_module(package).__path__)
    return {module.name: import_module(f"{package}.{module.name}") for module in found}


def test_every_kind_that_has_defaults_is_filled() -> None:
    modules = _modules(defaulting.__name__)
    filled = {key: name for name, module in modules.items() for key in getattr(module, "DEFAULTS", ())}
    assert filled == defaulting.HOMES


def test_every_strategy_is_found_by_its_kind() -> None:
    modules = _modules(registry.__name__)
    strategies = [one for module in modules.values() for one in getattr(module, "STRATEGIES", ())]
    assert len(strategies) > 50
    assert all(registry.builtin(one.group, one.kind) is one for one in strategies)
