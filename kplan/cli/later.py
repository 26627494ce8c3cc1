"""What click imports for everybody and a run seldom uses, executed only when something of them is looked at."""

import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any, Final

_SELDOM_USED: Final[Mapping[str, Mapping[str, Callable[[], object]]]] = {
    "inspect": {},
    "platform": {"system": lambda: "Linux"} if sys.platform == "linux" else {},
}
"""With what they import themselves they are a tenth of a lint of one small file.

Of ``platform``, ``uuid`` asks what the system is while click imports it; that is answered without executing it.
"""


class _Later(ModuleType):
    """A module that has its name and its place; importlib's own lazy modules are executed by the second import of them."""

    def __getattr__(self, name: str) -> Any:
        self.__class__ = ModuleType  # type: ignore[assignment]  # a module is of any class of modules
        if self.__spec__ is not None and self.__spec__.loader is not None:
            self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def import_later() -> None:
    """Have them there, not yet executed, for whoever imports them."""
    for name, answers in _SELDOM_USED.items():
        if name not in sys.modules and (spec := find_spec(name)) is not None:
            module = sys.modules[name] = module_from_spec(spec)
            module.__dict__.update(answers)
            module.__class__ = _Later
