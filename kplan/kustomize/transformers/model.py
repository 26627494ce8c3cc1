"""What a transformer is."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kplan.kustomize.files import Loader
from kplan.kustomize.resources import Resources
from kplan.namedtuples import NamedTuple

Settings = Mapping[str, Any]
Step = Callable[[Resources], None]


class Transformer(NamedTuple):
    """A built-in transformer."""

    kind: str
    settings: Callable[[Settings, Settings], Iterable[Settings]]
    """Derives the settings of each run from a kustomization and the field specs in effect."""
    configure: Callable[[Settings, Loader], Step]
    """Makes the transformation from settings, which may come from a file under ``transformers``."""
