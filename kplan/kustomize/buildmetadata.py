"""buildMetadata: labels and annotations that say where objects come from.

Upstream: vendor/sigs.k8s.io/kustomize/api/resource/origin.go
"""

from os.path import relpath
from typing import Final

from kplan.kustomize.resource import Resource
from kplan.schema.releases import KUSTOMIZE

VERSION: Final = KUSTOMIZE
"""The release of kustomize whose answers these are."""
_MANAGER: Final = f"kustomize-{VERSION}"
_ORIGIN: Final = "config.kubernetes.io/origin"
_TRANSFORMATIONS: Final = "alpha.config.kubernetes.io/transformations"
OPTIONS: Final = {"originAnnotations": _ORIGIN, "transformerAnnotations": _TRANSFORMATIONS}
"""The annotations, which are taken away where they are not asked for, by the option that asks for them."""
_GENERATORS: Final = {"configMapGenerator": "ConfigMapGenerator", "secretGenerator": "SecretGenerator"}


def annotate(item: Resource, wanted: list[str], root: str) -> None:
    """Add what the top kustomization asks for."""
    if "managedByLabel" in wanted:
        item.metadata["labels"] = {**item.strings("labels"), "app.kubernetes.io/managed-by": _MANAGER}
    found = {}
    if "originAnnotations" in wanted:
        found[_ORIGIN] = _origin(item, root)
    if "transformerAnnotations" in wanted and item.transformed:
        steps = (_configured(relpath(path, root), kind) for path, kind in item.transformed)
        found[_TRANSFORMATIONS] = "".join(_entry(step) for step in steps)
    if found:
        item.metadata["annotations"] = {**item.strings("annotations"), **found}


def _origin(item: Resource, root: str) -> str:
    path, steps = relpath(item.origin.path, root), item.origin.steps
    generator = _GENERATORS.get(str(steps[0])) if len(steps) == 2 else None
    return _configured(path, generator) if generator else f"path: {path}\n"


def _configured(path: str, kind: str) -> str:
    name, _, metadata = kind.partition(" ")
    more = f"  name: {metadata}\n" if metadata else ""
    return f"configuredIn: {path}\nconfiguredBy:\n  apiVersion: builtin\n  kind: {name}\n{more}"


def _entry(text: str) -> str:
    first, *rest = text.splitlines()
    return "".join(f"{line}\n" for line in (f"- {first}", *(f"  {line}" for line in rest)))
