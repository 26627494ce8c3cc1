"""The bundled data: every release is there, whole and unchanged, and names mean what they mean to kubectl."""

import hashlib
from pathlib import Path

import pytest

from kplan.api.gvk import GroupVersionKind
from kplan.errors import UsageError
from kplan.schema import data
from kplan.schema.catalog import Catalog
from kplan.schema.crd import custom_kinds
from kplan.schema.releases import DEFAULT, LATEST, OLDEST, SUPPORTED

DEPLOYMENT = GroupVersionKind.of("apps/v1", "Deployment")


def test_the_files_are_the_ones_that_were_built() -> None:
    lines = Path(data.root(), "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split() for line in lines)}
    present = {str(path.relative_to(data.root())) for path in Path(data.root()).rglob("*.gz")}
    assert present <= set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256(data.read(name)).hexdigest() == digest


def test_all_of_it_is_small() -> None:
    assert sum(path.stat().st_size for path in Path(data.root()).rglob("*") if path.is_file()) < 2_000_000


def test_every_supported_release_has_its_file() -> None:
    deltas = {path.name.removesuffix(".delta.json.gz") for path in Path(data.root()).rglob("*.delta.json.gz")}
    assert deltas | {DEFAULT} == set(SUPPORTED)


@pytest.mark.parametrize("release", SUPPORTED)
def test_every_release_knows_the_fields_of_a_deployment(release: str) -> None:
    catalog = Catalog.for_version(release)
    schema = catalog.schema_of(DEPLOYMENT)
    assert schema is not None
    spec = catalog.definitions.resolve(schema["properties"]["spec"])
    assert {"selector", "template"} <= set(spec["required"])
    assert spec["properties"]["replicas"]["type"] == "integer"
    assert catalog.discovery.by_name("deploy") is not None


@pytest.mark.parametrize(
    ("api_version", "kind", "first", "last"),
    [
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", 25, 25),
        ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", 29, LATEST),
        ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", 30, LATEST),
        ("resource.k8s.io/v1", "ResourceClaim", 34, LATEST),
    ],
)
def test_kinds_come_and_go_with_releases(api_version: str, kind: str, first: int, last: int) -> None:
    gvk = GroupVersionKind.of(api_version, kind)
    known = [minor for minor in range(OLDEST, LATEST + 1) if Catalog.for_version(f"1.{minor}").knows(gvk)]
    assert known == list(range(first, last + 1))


def test_an_older_release_does_not_serve_what_came_later() -> None:
    claims = GroupVersionKind.of("resource.k8s.io/v1", "ResourceClaim")
    assert claims in Catalog.for_version("1.36").discovery
    assert claims not in Catalog.for_version("1.28").discovery


@pytest.mark.parametrize("version", ["1.24", "1.99", "1.036", "2.30", "latest", ""])
def test_a_release_that_is_not_bundled_is_a_mistake_of_use(version: str) -> None:
    with pytest.raises(UsageError):
        Catalog.for_version(version)


@pytest.mark.parametrize(
    ("name", "plural", "group"),
    [
        ("deploy", "deployments", "apps"),
        ("Deployment", "deployments", "apps"),
        ("deployments.apps", "deployments", "apps"),
        ("deployments.v1.apps", "deployments", "apps"),
        ("po", "pods", ""),
        ("svc", "services", ""),
        ("netpol", "networkpolicies", "networking.k8s.io"),
        ("hpa", "horizontalpodautoscalers", "autoscaling"),
    ],
)
def test_names_mean_what_they_mean_to_kubectl(name: str, plural: str, group: str) -> None:
    resource = Catalog.for_version().discovery.by_name(name)
    assert resource is not None
    assert (resource.plural, resource.group) == (plural, group)


def test_a_definition_adds_its_served_versions_the_newest_preferred() -> None:
    names = {"plural": "things", "kind": "Thing", "shortNames": ["th"]}
    versions = [
        {"name": "v1beta1", "served": True, "storage": False, "schema": {"openAPIV3Schema": {"type": "object"}}},
        {"name": "v1", "served": True, "storage": True, "subresources": {"status": {}}},
        {"name": "v2", "served": False, "storage": False},
    ]  # fmt: skip
    definition = {"spec": {"group": "x.io", "scope": "Namespaced", "names": names, "versions": versions}}
    kinds = list(custom_kinds(definition))
    assert [(kind.resource.version, kind.resource.preferred, kind.status) for kind in kinds] == [
        ("v1beta1", False, False),
        ("v1", True, True),
    ]
    catalog = Catalog.for_version().extended(kinds)
    found = catalog.discovery.by_name("th")
    assert found is not None
    assert found.api_version == "x.io/v1"
    assert catalog.knows(GroupVersionKind("x.io", "v1beta1", "Thing"))


@pytest.mark.parametrize(
    ("spec", "versions"),
    [
        ("x", 0), ({"versions": "x"}, 0), ({"versions": ["x", None]}, 0),
        ({"versions": [{"name": 1.5, "served": True, "deprecated": True}]}, 1),
        ({"names": [], "versions": [{"name": "v\u00b2", "served": True, "schema": "x", "subresources": [1]}]}, 1),
        ({"names": {"kind": 1, "shortNames": "no"}, "versions": [{"name": "v" + "9" * 5000, "served": True}]}, 1),
    ],
)  # fmt: skip
def test_a_mistyped_definition_is_read_as_far_as_it_goes(spec: object, versions: int) -> None:
    kinds = list(custom_kinds({"spec": spec}))
    assert len(kinds) == versions
    for kind in kinds:
        assert all(isinstance(part, str) for part in kind.resource.gvk)
        assert kind.schema is None
