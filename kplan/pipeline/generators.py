"""Kustomizations as objects: what their generators make, other objects may name; nothing is built for it."""

from collections.abc import Iterable
from typing import Final

from kplan.api.object import Object
from kplan.manifest.limits import DEFAULT, Limits
from kplan.manifest.loader import load_file

_TYPE: Final = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
"""The type of a kustomization that names none."""


def kustomizations(paths: Iterable[str], limits: Limits = DEFAULT) -> Iterable[Object]:
    """The kustomizations that files hold."""
    for path in paths:
        for one in load_file(path, limits).documents:
            if isinstance(one.value, dict):
                yield Object({**_TYPE, **one.value}, one)
