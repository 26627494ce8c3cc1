"""``clusters``: one set of parameters a cluster that Argo CD knows by a Secret, and one for its own.

Upstream: github.com/argoproj/argo-cd applicationset/generators/cluster.go
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from kplan.api.object import Object
from kplan.gitops.generators.generating import Generating, GenerationError, Parameters, shaped, with_values
from kplan.gitops.looking import mapping
from kplan.gitops.names import normalized
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError

_TYPE = "argocd.argoproj.io/secret-type"


def generate(options: Mapping[str, Any], generating: Generating) -> Iterator[Parameters]:
    """The clusters whose labels match; without a selector the cluster of Argo CD itself as well."""
    selector = _selector(options)
    secrets = [one for one in generating.looking.of_kind("", "Secret") if one.labels.get(_TYPE) == "cluster"]
    known = [
        _of(one) for one in secrets if selector.matches({key: str(text) for key, text in one.labels.items()})
    ]
    local = selector.empty and not any(one["server"] == "https://kubernetes.default.svc" for one in known)
    if local:
        known.append(
            {"name": "in-cluster", "nameNormalized": "in-cluster", "server": "https://kubernetes.default.svc"}
        )
    for one in known:
        yield with_values(shaped(one, generating), options, generating)


def _of(secret: Object) -> dict[str, Any]:
    name = _data(secret, "name") or secret.name
    return {
        "name": name, "nameNormalized": normalized(name), "server": _data(secret, "server"),
        "project": _data(secret, "project"),
        "metadata": {
            "labels": dict(secret.labels),
            "annotations": dict(mapping(secret.metadata.get("annotations"))),
        },
    }  # fmt: skip


def _data(secret: Object, key: str) -> str:
    """A field of a cluster's Secret that is no secret: its name or its address."""
    plain = mapping(secret.value.get("stringData")).get(key)
    if isinstance(plain, str):
        return plain
    try:
        return base64.b64decode(str(mapping(secret.value.get("data")).get(key) or ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _selector(options: Mapping[str, Any]) -> Selector:
    try:
        given = mapping(options.get("selector"))
        return Selector.from_label_selector(given) if given else Selector.everything()
    except SelectorError as error:
        raise GenerationError(f"its selector cannot be read: {error}") from error
