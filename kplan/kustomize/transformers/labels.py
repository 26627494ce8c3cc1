"""labels and commonLabels.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/LabelTransformer.go
"""

from collections.abc import Iterable, Iterator
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.fieldspecs import Spec, apply, merged
from kplan.kustomize.files import Loader
from kplan.kustomize.nodes import require_kind
from kplan.kustomize.resources import Resources
from kplan.kustomize.scalars import text_of
from kplan.kustomize.sharing import Writer
from kplan.kustomize.transformers.model import Settings, Step, Transformer
from kplan.manifest.goyaml import TypedKey, typed_key

_OWN: Spec = {"path": "metadata/labels", "create": True}


def _settings(kustomization: Settings, specs: Settings) -> Iterator[Settings]:
    for label in kustomization.get("labels") or ():
        yield {"labels": label.get("pairs") or {}, "fieldSpecs": _specs(label, specs)}
    if kustomization.get("labels") or kustomization.get("commonLabels"):
        yield {"labels": kustomization.get("commonLabels") or {}, "fieldSpecs": specs["commonLabels"]}


def _specs(label: Settings, specs: Settings) -> list[Spec]:
    fields = _joined("labels", label.get("fields") or (), specs.get("labels") or ())
    if label.get("includeSelectors"):
        return _joined("labels", fields, specs["commonLabels"])
    if label.get("includeTemplates"):
        fields = _joined("template fieldSpec", fields, specs["templateLabels"])
    return _joined("labels", fields, [_OWN])


def _joined(what: str, specs: Iterable[Spec], more: Iterable[Spec]) -> list[Spec]:
    try:
        return merged(specs, more)
    except KustomizeError as error:
        raise KustomizeError(f"failed to merge {what}: {error}") from None


def configure(settings: Settings, _loader: Loader) -> Step:
    """Set every label at every place."""
    found = settings.get("labels") or {}
    labels = {typed_key(key): text_of(value) for key, value in found.items()}
    specs = settings.get("fieldSpecs") or ()
    odd = any(isinstance(name, TypedKey) for name in labels)

    def run(resources: Resources) -> None:
        for item in resources if labels else ():
            writer = Writer(item)

            def put(container: Any, key: Any, writer: Writer = writer) -> None:
                require_kind(container[key], dict)
                if "" in labels:
                    require_kind(container[key], str)
                for name in sorted(labels):
                    writer.write(container[key], name, labels[name])

            apply(item, specs, put, dict)
            writer.finish()
            item.unprintable |= odd

    return run


TRANSFORMER = Transformer("LabelTransformer", _settings, configure)
