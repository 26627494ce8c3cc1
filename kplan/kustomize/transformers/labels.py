"""labels and commonLabels.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/LabelTransformer.go
"""

from collections.abc import Iterator
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.fieldspecs import Spec, apply, merged
from kplan.kustomize.files import Loader
from kplan.kustomize.resources import Resources
from kplan.kustomize.sharing import Writer
from kplan.kustomize.transformers.model import Settings, Step, Transformer
from kplan.manifest.scalars import resolve

_OWN: Spec = {"path": "metadata/labels", "create": True}


def _settings(kustomization: Settings, specs: Settings) -> Iterator[Settings]:
    for label in kustomization.get("labels") or ():
        yield {"labels": label.get("pairs") or {}, "fieldSpecs": _specs(label, specs)}
    if kustomization.get("commonLabels"):
        yield {"labels": kustomization["commonLabels"], "fieldSpecs": specs["commonLabels"]}


def _specs(label: Settings, specs: Settings) -> list[Spec]:
    fields = merged(label.get("fields") or (), specs.get("labels") or ())
    if label.get("includeSelectors"):
        return merged(fields, specs["commonLabels"])
    if label.get("includeTemplates"):
        try:
            fields = merged(fields, specs["templateLabels"])
        except KustomizeError as error:
            raise KustomizeError(f"failed to merge template fieldSpec: {error}") from None
    return merged(fields, [_OWN])


def configure(settings: Settings, _loader: Loader) -> Step:
    """Set every label at every place."""
    labels = {key: "" if value is None else value for key, value in (settings.get("labels") or {}).items()}
    specs = settings.get("fieldSpecs") or ()

    plain = {name for name in labels if not isinstance(resolve(name), str)}

    def run(resources: Resources) -> None:
        for item in resources if labels else ():
            writer = Writer(item)

            def put(container: Any, key: Any, writer: Writer = writer) -> None:
                if not isinstance(container[key], dict):
                    raise KustomizeError(
                        f"wrong node kind: expected MappingNode but got {_kind(container[key])}"
                    )
                for name in sorted(labels):
                    writer.write(container[key], name, labels[name])

            apply(item, specs, put, dict)
            writer.finish()
            item.plain_keys |= plain

    return run


def _kind(value: Any) -> str:
    return "SequenceNode" if isinstance(value, list) else "ScalarNode"


TRANSFORMER = Transformer("LabelTransformer", _settings, configure)
