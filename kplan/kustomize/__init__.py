"""Kustomize built in: a folder with a kustomization to the objects that ``kubectl kustomize`` makes of it, offline.

::

    built = build("overlays/prod")
    built.resources[0].value, built.resources[0].origin     # the object; the file, line and overlays it came from

Decided: objects are plain JSON values, what kustomize keeps in annotations stands beside them; a transformer is a file
with one line in the roster; nothing is fetched and no program is run, so what needs that is refused in one line.
"""

from kplan.kustomize.build import VERSION, Built, build
from kplan.kustomize.errors import KustomizeError

__all__ = ["VERSION", "Built", "KustomizeError", "build"]
