"""Flux's HelmRelease: a chart of this repository is rendered by the user's helm, one from a registry is
reported as not followed.

Upstream: github.com/fluxcd/helm-controller api/v2/helmrelease_types.go
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.api.object import Object
from kplan.gitops.fluxsources import address_of
from kplan.gitops.looking import Looking, listing, mapping, place, text, unfollowed
from kplan.gitops.model import Application, Source, Tool, Unfollowed
from kplan.gitops.setvalues import from_text

KIND = "HelmRelease.helm.toolkit.fluxcd.io"


def read(one: Object, looking: Looking) -> Iterator[Application | Unfollowed]:
    """The release, and why its chart is not followed if it is not."""
    spec = mapping(one.value.get("spec"))
    made = _source(one, spec, looking)
    sources = (made,) if isinstance(made, Source) else ()
    if not isinstance(made, Source):
        address, reason = made
        yield unfollowed(one, reason, address, "spec")
    yield Application(
        kind=KIND, namespace=one.namespace, name=one.name, sources=sources,
        target_namespace=text(spec.get("targetNamespace")) or one.namespace, prunes=True,
        after=tuple(
            f"{text(mapping(each).get('namespace')) or one.namespace}/{text(mapping(each).get('name'))}"
            for each in listing(spec.get("dependsOn"))
        ),
        labels={key: str(value) for key, value in one.labels.items()}, location=place(one),
    )  # fmt: skip


def _source(one: Object, spec: Mapping[str, Any], looking: Looking) -> Source | tuple[str, str]:
    """The chart, or an address and why it is not followed."""
    if spec.get("suspend"):
        return "", "it is suspended"
    if reference := mapping(spec.get("chartRef")):
        return (
            "",
            f"its chart comes from {text(reference.get('kind'))} {text(reference.get('name'))}, a registry",
        )
    chart = mapping(mapping(spec.get("chart")).get("spec"))
    reference = mapping(chart.get("sourceRef"))
    name = text(chart.get("chart"))
    if text(reference.get("kind")) != "GitRepository":
        return (
            "",
            f"the chart {name} comes from {text(reference.get('kind'))} {text(reference.get('name'))}, a registry",
        )
    from_ = address_of(one, chart, looking)
    tree = looking.tree_at(from_.url, name, from_.revision)
    if isinstance(tree, str):
        return from_.url, tree
    folder = tree.folder(name.removeprefix("./"))
    if folder is None or not tree.file(f"{name.removeprefix('./')}/Chart.yaml"):
        return from_.url, f"there is no chart {name}"
    target = text(spec.get("targetNamespace"))
    release = text(spec.get("releaseName")) or (f"{target}-{one.name}" if target else one.name)
    files = tuple(file for each in listing(chart.get("valuesFiles")) if (file := tree.file(str(each))))
    inline = (*_values_from(one, spec, looking), mapping(spec.get("values")))
    return Source(folder, Tool.HELM, values=files, inline_values=tuple(filter(None, inline)), release=release)


def _values_from(one: Object, spec: Mapping[str, Any], looking: Looking) -> Iterator[Mapping[str, Any]]:
    """Values of ConfigMaps that are known; those of Secrets stay where they are."""
    for each in listing(spec.get("valuesFrom")):
        named = mapping(each)
        held = looking.find("", "ConfigMap", one.namespace, text(named.get("name")))
        if held is not None and text(named.get("kind")) == "ConfigMap":
            key = text(named.get("valuesKey")) or "values.yaml"
            yield from_text(text(mapping(held.value.get("data")).get(key)))
