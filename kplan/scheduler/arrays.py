"""numpy, loaded with the first array: a command that places a few pods, or none, needs no arrays."""

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]
    Numbers = npt.NDArray[Any]
else:
    Ints = Bools = Numbers = Any

    def _lazily(name: str) -> Any:
        """A module that loads when something of it is asked for."""
        if name in sys.modules:
            return sys.modules[name]
        spec = find_spec(name)
        spec.loader = LazyLoader(spec.loader)
        module = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    np = _lazily("numpy")

__all__ = ["Bools", "Ints", "Numbers", "np"]
