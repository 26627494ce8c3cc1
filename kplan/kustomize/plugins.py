"""Built-in transformers and generators as files; all other plug-ins are refused.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/plugins/loader/loader.go
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.generating import GENERATORS
from kplan.kustomize.resource import Resource
from kplan.kustomize.transformers.model import Step
from kplan.kustomize.transformers.roster import TRANSFORMERS

_BOTH = ("PrefixTransformer", "SuffixTransformer")
_AFFIXES = "PrefixSuffixTransformer"
_HELM = "HelmChartInflationGenerator"
_NAMES = {
    "fieldspecs": "fieldSpecs", "imagetag": "imageTag", "jsonop": "jsonOp", "unsetonly": "unsetOnly",
    "setrolebindingsubjects": "setRoleBindingSubjects",
}  # fmt: skip


def steps(configs: Iterable[Resource], loader: Loader) -> list[Step]:
    """What the transformers in files do."""
    result = []
    for config in configs:
        _require_builtin(config)
        _require_known(config)
        found = _transformer(config, loader)
        if not found:
            raise KustomizeError(f"plugin {config.id} not a transformer")
        result += found
    return result


def generator(config: Resource, loader: Loader) -> Callable[[], Resource]:
    """What makes the object of a generator in a file."""
    kind = config.gvk.kind
    try:
        _require_builtin(config)
        _require_known(config)
        if kind not in GENERATORS:
            _transformer(config, loader)
            raise KustomizeError(f"plugin {config.id} not a generator")
    except KustomizeError as error:
        raise KustomizeError(f"failed to load generator: {error}") from None
    named = {key: value for key, value in config.metadata.items() if key in ("name", "namespace")}
    return partial(GENERATORS[kind], {**config.value, **named}, loader)


def _transformer(config: Resource, loader: Loader) -> list[Step]:
    """What a transformer in a file does; nothing if it is none. Raises KustomizeError if its settings are wrong."""
    roster = {transformer.kind: transformer for transformer in TRANSFORMERS}
    kind = config.gvk.kind
    names = _BOTH if kind == _AFFIXES else (kind,) if kind in roster else ()
    try:
        return [roster[name].configure(_settings(config.value), loader) for name in names]
    except KustomizeError as error:
        raise KustomizeError(f"plugin {config.id} fails configuration: {error}") from None


def _settings(value: dict[str, Any]) -> dict[str, Any]:
    return {_NAMES.get(name.lower(), name): item for name, item in value.items()}


def _require_known(config: Resource) -> None:
    kind = config.gvk.kind
    if kind == _HELM:
        words = "fails configuration: must specify --enable-helm"
        raise KustomizeError(f"plugin {config.id} {words}")
    if kind not in {*GENERATORS, *(one.kind for one in TRANSFORMERS), _AFFIXES}:
        raise KustomizeError(f"unable to load builtin {config.gvk}")


def _require_builtin(config: Resource) -> None:
    if config.value.get("apiVersion") != "builtin":
        raise KustomizeError(f"external plugins disabled; unable to load external plugin '{config.gvk.kind}'")
