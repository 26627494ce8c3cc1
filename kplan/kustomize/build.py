"""A folder built as ``kubectl kustomize`` builds it.

Upstream: vendor/sigs.k8s.io/kustomize/api/krusty/kustomizer.go
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.apiserver.goregexp.errors import RegexError
from kplan.kustomize import names, variables
from kplan.kustomize.buildmetadata import OPTIONS, VERSION, annotate
from kplan.kustomize.edits import Edits
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader, Trace, confirmed
from kplan.kustomize.gosyntax import require_printable
from kplan.kustomize.openapi import check_schema, shapes
from kplan.kustomize.order import ordered
from kplan.kustomize.resource import Resource
from kplan.kustomize.scalars import text_of
from kplan.kustomize.target import Target
from kplan.kustomize.transformers import hashes
from kplan.manifest.goyaml import GoYamlError, TypedKey, typed_key
from kplan.namedtuples import NamedTuple

_LOCAL = "config.kubernetes.io/local-config"
_OWN: Final = frozenset({
    *(
        f"internal.config.kubernetes.io/{name}"
        for name in (
            "previousKinds", "previousNames", "prefixes", "suffixes", "previousNamespaces", "allowNameChange", "allowKindChange",
            "refBy", "generatorBehavior", "needsHashSuffix", "path", "index", "seqindent", "id", "annotations-migration-resource-id",
            "helm-generated",
        )
    ), "config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id",
})  # fmt: skip
"""Annotations in which kustomize keeps things while it builds: it takes them away at the end, whoever wrote them."""


__all__ = ["VERSION", "Built", "build"]


class Built(NamedTuple):
    """The objects of a build in order, kustomize's warnings, and the files that were read, by real path."""

    resources: list[Resource]
    warnings: list[str]
    files: Mapping[str, bytes] = {}


def build(
    directory: str, *, restricted: bool = True, warnings: list[str] | None = None, trace: Trace | None = None,
    edits: Edits | None = None,
) -> Built:  # fmt: skip
    """Build a folder; raise KustomizeError if kustomize refuses it, or if a file of it cannot be read as what it is.

    What was looked at is added to the ``trace``, also if the folder cannot be built. ``edits`` are made to its
    kustomization, which may be absent then.
    """
    try:
        return _built(
            directory,
            [] if warnings is None else warnings,
            trace or Trace(),
            restricted=restricted,
            edits=edits,
        )
    except UnicodeDecodeError as error:
        raise KustomizeError(f"a file that has to be text is not UTF-8: {error.reason}") from error
    except (GoYamlError, OSError, RegexError) as error:
        raise KustomizeError(str(error)) from error


def _built(
    directory: str, warnings: list[str], trace: Trace, *, restricted: bool, edits: Edits | None
) -> Built:
    trace.looked[directory] = None
    try:
        root = confirmed(directory)
    except KustomizeError as error:
        raise KustomizeError(f"must build at directory: {error}") from None
    loader = Loader(root, restricted, trace=trace)
    target = Target(loader, warnings, edits=edits)
    if target.value["kind"] == "Component":
        target.value["kind"] = "Kustomization"
    schema = check_schema(target.value.get("openapi") or {}, loader)
    if schema:
        loader.openapi.append(shapes(schema))
    found = target.accumulate()
    hashes.add(found.resources)
    names.follow(found.resources, found.specs["nameReference"])
    variables.resolve(found.resources, found.variables, found.specs["varReference"])
    for item in found.resources:
        annotate(item, target.value.get("buildMetadata") or [], root)
    for item in found.resources:
        _tidy(item, target.value.get("buildMetadata") or [])
    kept = [item for item in found.resources if not _is_local(item)]
    result = ordered(kept, target.value.get("sortOptions"))
    for item in result:
        if item.unprintable:
            require_printable(item)
    return Built(result, warnings, loader.read)


def _tidy(item: Resource, wanted: list[str]) -> None:
    """Make annotation values text, and remove annotations that nobody asked for and an empty mapping."""
    dropped = {*_OWN, *(name for option, name in OPTIONS.items() if option not in wanted)}
    annotations = {
        typed_key(name): _text(value)
        for name, value in item.strings("annotations").items()
        if name not in dropped
    }
    item.unprintable |= any(isinstance(name, TypedKey) for name in annotations)
    if annotations:
        item.metadata["annotations"] = annotations
    else:
        item.metadata.pop("annotations", None)


def _text(value: Any) -> str:
    """An annotation by its text: what is a list or a mapping has none."""
    if value is None:
        return "null"
    return "" if isinstance(value, (dict, list)) else text_of(value)


def _is_local(item: Resource) -> bool:
    return _LOCAL in item.strings("annotations") and item.strings("annotations")[_LOCAL] != "false"
