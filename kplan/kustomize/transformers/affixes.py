"""namePrefix and nameSuffix.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/PrefixTransformer.go
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.fieldspecs import apply
from kplan.kustomize.files import Loader
from kplan.kustomize.ids import Gvk, gvk_in
from kplan.kustomize.nodes import require_kind
from kplan.kustomize.resource import Resource
from kplan.kustomize.resources import Resources
from kplan.kustomize.scalars import text_of
from kplan.kustomize.transformers.model import Settings, Step, Transformer

_KEPT: Final = (
    Gvk("", "", "CustomResourceDefinition"),
    Gvk("apiregistration.k8s.io", "", "APIService"),
    Gvk("", "", "Namespace"),
)


def _prefix(kustomization: Settings, specs: Settings) -> Iterator[Settings]:
    if kustomization.get("namePrefix"):
        yield {"prefix": kustomization["namePrefix"], "fieldSpecs": specs["namePrefix"]}


def _suffix(kustomization: Settings, specs: Settings) -> Iterator[Settings]:
    if kustomization.get("nameSuffix"):
        yield {"suffix": kustomization["nameSuffix"], "fieldSpecs": specs["nameSuffix"]}


def _configure_prefix(settings: Settings, _loader: Loader) -> Step:
    text = settings.get("prefix") or ""
    return _step(
        settings, lambda name: text + name, lambda item: item.prefixes.append(text), changes=bool(text)
    )


def _configure_suffix(settings: Settings, _loader: Loader) -> Step:
    text = settings.get("suffix") or ""
    return _step(
        settings, lambda name: name + text, lambda item: item.suffixes.append(text), changes=bool(text)
    )


def _step(
    settings: Settings, rename: Callable[[str], str], note: Callable[[Resource], None], *, changes: bool
) -> Step:
    if settings.get("fieldSpecs") is None:
        raise KustomizeError("fieldSpecs is not expected to be nil")

    def put(container: Any, key: Any) -> None:
        require_kind(container[key], str)
        container[key] = rename(text_of(container[key]))

    def run(resources: Resources) -> None:
        for item in resources if changes else ():
            if any(item.original.gvk.selected_by(kept) for kept in _KEPT):
                continue
            for spec in settings["fieldSpecs"]:
                if not item.original.gvk.selected_by(gvk_in(spec)):
                    continue
                if spec.get("path") == "metadata/name":
                    note(item)
                    item.remember()
                apply(item, [spec], put, str)

    return run


PREFIX = Transformer("PrefixTransformer", _prefix, _configure_prefix)
SUFFIX = Transformer("SuffixTransformer", _suffix, _configure_suffix)
