"""Flux's Kustomization: a folder built with what the object adds to it.

Upstream: github.com/fluxcd/kustomize-controller internal/controller, github.com/fluxcd/pkg
    kustomize/kustomize_generator.go
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kplan.api.object import Object
from kplan.gitops.fluxsources import address_of
from kplan.gitops.looking import Looking, folder_in, listing, mapping, place, text, unfollowed
from kplan.gitops.model import Application, Source, Tool, Unfollowed
from kplan.gitops.substitution import variables_of

KIND = "Kustomization.kustomize.toolkit.fluxcd.io"


def read(one: Object, looking: Looking) -> Iterator[Application | Unfollowed]:
    """The application, and why it is not followed if it is not."""
    spec = mapping(one.value.get("spec"))
    sources: tuple[Source, ...] = ()
    if spec.get("suspend"):
        yield unfollowed(one, "it is suspended", "", "spec", "suspend")
    else:
        made = _source(one, spec, looking)
        if isinstance(made, Source):
            sources = (made,)
        else:
            yield unfollowed(one, made, address_of(one, spec, looking).url, "spec", "sourceRef")
    yield Application(
        kind=KIND, namespace=one.namespace, name=one.name, sources=sources,
        target_namespace=text(spec.get("targetNamespace")), enforced=bool(spec.get("targetNamespace")),
        cluster=text(mapping(mapping(spec.get("kubeConfig")).get("secretRef")).get("name")),
        prunes=bool(spec.get("prune")), after=tuple(_after(one, spec)),
        labels={key: str(value) for key, value in one.labels.items()}, location=place(one),
    )  # fmt: skip


def _source(one: Object, spec: Mapping[str, Any], looking: Looking) -> Source | str:
    """The folder, or why it is not followed."""
    from_ = address_of(one, spec, looking)
    tree = looking.tree_at(from_.url, from_.path, from_.revision)
    if isinstance(tree, str):
        return tree
    found = folder_in(tree, from_.path)
    if found is None:
        return f"there is no folder {from_.path}"
    return replace(
        found, tool=Tool.KUSTOMIZE, edits=dict(_edits(spec)), variables=variables_of(one, spec, looking)
    )


def _edits(spec: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the controller writes into the kustomization."""
    names = {"namePrefix": "namePrefix", "nameSuffix": "nameSuffix", "targetNamespace": "namespace"}
    for name, field in names.items():
        if spec.get(name):
            yield field, spec[name]
    for name in ("images", "patches", "components"):
        if spec.get(name):
            yield name, listing(spec[name])
    common = mapping(spec.get("commonMetadata"))
    if labels := mapping(common.get("labels")):
        yield "labels", [{"pairs": dict(labels), "includeSelectors": False}]
    if annotations := mapping(common.get("annotations")):
        yield "commonAnnotations", dict(annotations)


def _after(one: Object, spec: Mapping[str, Any]) -> Iterator[str]:
    for each in listing(spec.get("dependsOn")):
        wanted = mapping(each)
        yield f"{text(wanted.get('namespace')) or one.namespace}/{text(wanted.get('name'))}"
