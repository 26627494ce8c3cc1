"""Objects of Argo CD and Flux that deliver others: which sources they name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.object import Object

_APPLICATIONS: Final = ("Application", "ApplicationSet")
_ARGO, _FLUX_KUSTOMIZE, _FLUX_HELM = "argoproj.io", "kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"


def deliveries(objects: Iterable[Object]) -> tuple[str, ...]:
    """What every such object delivers: ``Application web: deploy/web of https://example.com/shop``."""
    found: dict[str, None] = {}
    for one in objects:
        for source in _sources(one):
            found[f"{one.gvk.kind} {one.name}: {source}"] = None
    return tuple(found)


def _sources(one: Object) -> Iterator[str]:
    gvk, spec = one.gvk, _mapping(one.value.get("spec"))
    if gvk.group == _ARGO and gvk.kind in _APPLICATIONS:
        if gvk.kind == "ApplicationSet":
            spec = _mapping(_mapping(spec.get("template")).get("spec"))
        sources = spec.get("sources")
        for source in [spec.get("source"), *(sources if isinstance(sources, list) else ())]:
            yield from _of(_mapping(source), "repoURL")
    elif (gvk.group, gvk.kind) == (_FLUX_KUSTOMIZE, "Kustomization"):
        yield f"{spec.get('path') or './'} of {_reference(spec.get('sourceRef'))}"
    elif (gvk.group, gvk.kind) == (_FLUX_HELM, "HelmRelease"):
        chart = _mapping(_mapping(spec.get("chart")).get("spec"))
        if "chart" in chart:
            yield f"chart {chart['chart']} of {_reference(chart.get('sourceRef'))}"
        elif "chartRef" in spec:
            yield _reference(spec["chartRef"])


def _of(source: Mapping[str, Any], url: str) -> Iterator[str]:
    what = source.get("path") or (f"chart {source['chart']}" if source.get("chart") else "")
    if what and source.get(url):
        yield f"{what} of {source[url]}"


def _reference(value: Any) -> str:
    reference = _mapping(value)
    return f"{reference.get('kind') or 'source'} {reference.get('name') or ''}".rstrip()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def in_words(found: Sequence[str], most: int = 3) -> str:
    """One line that names the first few; empty if there is none."""
    if not found:
        return ""
    more = f" and {len(found) - most} more" if len(found) > most else ""
    number = "1 object delivers" if len(found) == 1 else f"{len(found)} objects deliver"
    return f"{number} what is not in the input (kplan fleet follows it): {', '.join(found[:most])}{more}"
