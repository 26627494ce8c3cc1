"""Argo CD's Application.

Upstream: github.com/argoproj/argo-cd pkg/apis/application/v1alpha1/types.go
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kplan.api.object import Object
from kplan.gitops.argoclusters import OWN, clusters
from kplan.gitops.argosources import source_of
from kplan.gitops.looking import Looking, listing, mapping, place, text, unfollowed
from kplan.gitops.model import Application, Destination, Source, Unfollowed

_HERE = frozenset({"", "in-cluster", "https://kubernetes.default.svc"})
_WAVE = "argocd.argoproj.io/sync-wave"


def read(one: Object, looking: Looking) -> Iterator[Application | Unfollowed]:
    """The application, and those of its sources that are not followed."""
    spec = mapping(one.value.get("spec"))
    found = list(listing(spec.get("sources"))) or [spec.get("source")]
    references = {text(mapping(each).get("ref")): mapping(each) for each in found if mapping(each).get("ref")}
    sources: list[Source] = []
    for number, each in enumerate(found):
        steps = ("spec", "sources", number) if spec.get("sources") else ("spec", "source")
        made = source_of(mapping(each), one, looking, references)
        if isinstance(made, Source):
            sources.append(made)
        elif made is not None:
            yield unfollowed(one, made, text(mapping(each).get("repoURL")), *steps)
    addresses = tuple(text(mapping(each).get("repoURL")) for each in found)
    yield replace(
        _application(one, spec, tuple(sources)), project=text(spec.get("project")) or "default", repositories=addresses,
        destination=_destination(mapping(spec.get("destination")), looking),
    )  # fmt: skip


def _destination(given: Mapping[str, Any], looking: Looking) -> Destination:
    """A cluster by name and address; Argo CD knows its own, and others by their Secrets."""
    name, server = text(given.get("name")), text(given.get("server"))
    for one in (OWN, *clusters(looking)):
        if (one.name, one.server).count("") == 0 and (name == one.name or server == one.server):
            return one
    return Destination(name, server)


def _application(one: Object, spec: Any, sources: tuple[Source, ...]) -> Application:
    destination, policy = mapping(spec.get("destination")), mapping(spec.get("syncPolicy"))
    cluster = text(destination.get("name")) or text(destination.get("server"))
    return Application(
        kind="Application.argoproj.io", namespace=one.namespace, name=one.name, sources=sources,
        target_namespace=text(destination.get("namespace")),
        cluster="" if cluster in _HERE else cluster,
        creates_namespace="CreateNamespace=true" in listing(policy.get("syncOptions")),
        prunes=bool(mapping(policy.get("automated")).get("prune")),
        wave=_wave(mapping(one.metadata.get("annotations")).get(_WAVE)),
        labels={key: str(value) for key, value in one.labels.items()},
        location=place(one),
    )  # fmt: skip


def _wave(value: Any) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
