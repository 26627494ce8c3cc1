"""Defers what click imports at every start and a run seldom needs: executed when something of it is used."""

import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any, Final


class _Later(ModuleType):
    """A module that has its name and its place; importlib's own lazy modules are executed by
    the second import of them.
    """

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":  # asked of every module from which a name is taken; none of these is a package
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]  # a module is of any class of modules
        if self.__spec__ is not None and self.__spec__.loader is not None:
            self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def _translated(name: str) -> Callable[..., Any]:
    """A function of ``gettext``, which click takes over by name and calls for help and errors alone."""

    def translate(*given: object) -> object:
        module = sys.modules["gettext"]
        if isinstance(module, _Later):
            del module.__dict__["gettext"], module.__dict__["ngettext"]
        return getattr(module, name)(*given)

    return translate


_SELDOM_USED: Final[Mapping[str, Mapping[str, Callable[..., object]]]] = {
    "gettext": {name: _translated(name) for name in ("gettext", "ngettext")},
    "inspect": {},
    "platform": {"system": lambda: "Linux"} if sys.platform == "linux" else {},
}
"""By module, the names that work without executing it; executing them is a tenth of the time of linting one small file.

Of ``platform``, ``uuid`` asks what the system is while click imports it.
"""


def import_later() -> None:
    """Have them there, not yet executed, for whoever imports them."""
    for name, given in _SELDOM_USED.items():
        if name not in sys.modules and (spec := find_spec(name)) is not None:
            module = sys.modules[name] = module_from_spec(spec)
            module.__dict__.update(given)
            module.__class__ = _Later
