"""The clusters that Argo CD knows: its own, and those of Secrets.

Upstream: github.com/argoproj/argo-cd util/db/cluster.go
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from kplan.api.object import Object
from kplan.gitops.looking import Looking, mapping
from kplan.gitops.model import Destination

OWN: Final = Destination("in-cluster", "https://kubernetes.default.svc")
_TYPE: Final = "argocd.argoproj.io/secret-type"


def secrets(looking: Looking) -> Iterator[Object]:
    """The Secrets that stand for clusters."""
    return (one for one in looking.of_kind("", "Secret") if one.labels.get(_TYPE) == "cluster")


def clusters(looking: Looking) -> Iterator[Destination]:
    """The clusters of Secrets."""
    return (Destination(told(one, "name") or one.name, told(one, "server")) for one in secrets(looking))


def told(secret: Object, key: str) -> str:
    """A field of a cluster's Secret that is not secret: its name or address."""
    plain = mapping(secret.value.get("stringData")).get(key)
    if isinstance(plain, str):
        return plain
    try:
        return base64.b64decode(str(mapping(secret.value.get("data")).get(key) or ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
