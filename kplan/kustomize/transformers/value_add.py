"""ValueAddTransformer: a value put into fields, or as a part into the paths that they hold.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/ValueAddTransformer.go, api/filters/valueadd/valueadd.go
"""

from collections.abc import Iterator
from posixpath import basename
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.fieldspecs import split
from kplan.kustomize.files import Loader
from kplan.kustomize.nodes import require_kind
from kplan.kustomize.resource import Resource
from kplan.kustomize.resources import Resources
from kplan.kustomize.scalars import text_of
from kplan.kustomize.transformers import namespace
from kplan.kustomize.transformers.model import Settings, Step, Transformer
from kplan.manifest.goyaml import read
from kplan.manifest.scalars import resolve


def _settings(_kustomization: Settings, _specs: Settings) -> Iterator[Settings]:
    """Only files under ``transformers`` name it."""
    return iter(())


def configure(settings: Settings, loader: Loader) -> Step:
    """Put the value into every target."""
    value = str(settings.get("value") or "").strip() or basename(loader.root)
    targets = list(settings.get("targets") or ())
    if settings.get("targetFilePath"):
        nodes = read(loader.text(settings["targetFilePath"]))
        targets += nodes[0].value.get("targets") or () if nodes else ()
    if not targets:
        raise KustomizeError("must specify at least one target")
    for target in targets:
        if not target.get("fieldPath"):
            raise KustomizeError("fieldPath cannot be empty")
        if (target.get("filePathPosition") or 0) < 0:
            raise KustomizeError(
                f"value of FilePathPosition ({target['filePathPosition']}) cannot be negative"
            )

    def run(resources: Resources) -> None:
        for target in targets:
            chosen = resources.select(target["selector"]) if target.get("selector") else list(resources)
            if target["fieldPath"] == "metadata/namespace":
                namespace.configure({"metadata": {"namespace": value}}, loader)(Resources(chosen))
            else:
                for item in chosen:
                    _add(item, target, value)

    return run


def _add(item: Resource, target: Settings, value: str) -> None:
    *steps, last = split(target["fieldPath"])
    here: Any = item.value
    for step in steps:
        if here.get(step) is None:
            here[step] = {}
        here = here[step]
        require_kind(here, dict)
    old = here.get(last)
    require_kind(old, str)
    position = target.get("filePathPosition") or 0
    new = _inserted(text_of(old), position - 1, value) if position > 0 else value
    here[last] = new if isinstance(old, str) else resolve(new)


def _inserted(path: str, position: int, part: str) -> str:
    """A path with another part in it."""
    root = "/" if path.startswith("/") else ""
    parts = [one for one in path.split("/") if one]
    parts.insert(position, part)
    return root + "/".join(parts)


TRANSFORMER = Transformer("ValueAddTransformer", _settings, configure)
