"""kustomize's own lists: which fields it follows for names, labels, images and the rest, and which
kinds have no namespace.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/konfig/builtinpluginconsts
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("defaults.json")


@cache
def data() -> dict[str, Any]:
    """Every list by its name in a ``configurations:`` file, and ``clusterScoped``."""
    loaded: dict[str, Any] = json.loads(_DATA.read_text("utf-8"))
    return loaded


@cache
def cluster_scoped() -> frozenset[str]:
    """``apiVersion/kind`` of the known kinds without namespace."""
    return frozenset(data()["clusterScoped"])
