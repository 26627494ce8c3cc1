"""A namespace that is deleted goes, whatever was in it when its cluster came to rest."""

from pathlib import Path

from kplan.api.gvk import ObjectKey
from tests.planning import deleting

SHOP = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
"""


def test_a_namespace_goes_whose_objects_have_events(tmp_path: Path) -> None:
    outcome = deleting(SHOP, tmp_path, ObjectKey("", "Namespace", "", "shop"))
    assert outcome.prior.list("", "Event", "shop")
    assert [value for value in outcome.final if value["metadata"].get("namespace") == "shop"] == []
    assert "shop" not in [value["metadata"]["name"] for value in outcome.final.list("", "Namespace")]
    assert outcome.converged
