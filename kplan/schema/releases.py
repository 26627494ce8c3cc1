"""Which releases of Kubernetes are bundled, and which one is meant where none is named.

A release is written as its minor, such as ``1.34``; patch releases change no API.
"""

from typing import Final

OLDEST: Final = 25
LATEST: Final = 37
SUPPORTED: Final = tuple(f"1.{minor}" for minor in range(OLDEST, LATEST + 1))
RANGE: Final = f"{SUPPORTED[0]} to {SUPPORTED[-1]}"
"""The supported releases as messages print them."""
KUSTOMIZE: Final = "v5.8.1"
"""The kustomize that kubectl of the default release has built in."""
DEFAULT: Final = "1.36"
"""The release that is meant if none is named, whose Go types, merge keys and discovery are bundled whole."""
