"""``clusters``: one set of parameters a cluster that Argo CD knows by a Secret, and one for its own.

Upstream: github.com/argoproj/argo-cd applicationset/generators/cluster.go
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.api.object import Object
from kplan.gitops.argoclusters import OWN, secrets, told
from kplan.gitops.generators.generating import Generating, GenerationError, Parameters, shaped, with_values
from kplan.gitops.looking import mapping
from kplan.gitops.names import normalized
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError


def generate(options: Mapping[str, Any], generating: Generating) -> Iterator[Parameters]:
    """The clusters whose labels match; without a selector the cluster of Argo CD itself as well."""
    selector = _selector(options)
    known = [
        _of(one)
        for one in secrets(generating.looking)
        if selector.matches({key: str(text) for key, text in one.labels.items()})
    ]
    local = selector.empty and not any(one["server"] == OWN.server for one in known)
    if local:
        known.append({"name": OWN.name, "nameNormalized": OWN.name, "server": OWN.server})
    for one in known:
        yield with_values(shaped(one, generating), options, generating)


def _of(secret: Object) -> dict[str, Any]:
    name = told(secret, "name") or secret.name
    return {
        "name": name, "nameNormalized": normalized(name), "server": told(secret, "server"),
        "project": told(secret, "project"),
        "metadata": {
            "labels": dict(secret.labels),
            "annotations": dict(mapping(secret.metadata.get("annotations"))),
        },
    }  # fmt: skip


def _selector(options: Mapping[str, Any]) -> Selector:
    try:
        given = mapping(options.get("selector"))
        return Selector.from_label_selector(given) if given else Selector.everything()
    except SelectorError as error:
        raise GenerationError(f"its selector cannot be read: {error}") from error
