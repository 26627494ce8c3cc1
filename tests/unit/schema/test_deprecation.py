"""The lifecycle of types."""

import pytest

from kplan.api.gvk import GroupVersionKind
from kplan.schema.catalog import Catalog
from kplan.schema.deprecation import lifecycle_of, removed_by_others


@pytest.mark.parametrize(
    ("api_version", "kind", "removed", "advice"),
    [
        ("extensions/v1beta1", "Ingress", 22, "use networking.k8s.io/v1"),
        ("policy/v1beta1", "PodDisruptionBudget", 25, "use policy/v1"),
        ("policy/v1beta1", "PodSecurityPolicy", 25, "nothing replaces it; remove the object"),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", 32, "use flowcontrol.apiserver.k8s.io/v1"),
    ],
)
def test_removed_types_name_their_replacement(api_version, kind, removed, advice):
    found = lifecycle_of(GroupVersionKind.of(api_version, kind))
    assert (found.removed, found.advice) == (removed, advice)
    assert found.deprecated <= found.removed


def test_current_types_have_no_end():
    assert lifecycle_of(GroupVersionKind("apps", "v1", "Deployment")) is None


@pytest.mark.parametrize("release", ["1.25", "1.30", "1.36"])
def test_table_agrees_with_what_the_release_serves(release):
    catalog = Catalog.for_version(release)
    minor = int(release.partition(".")[2])
    for gvk in catalog.definitions.kinds:
        found = lifecycle_of(gvk)
        assert found is None or found.removed > minor, gvk


@pytest.mark.parametrize(
    ("api_version", "kind", "expected"),
    [
        ("certmanager.k8s.io/v1alpha1", "Order", ("cert-manager", "0.11", "acme.cert-manager.io/v1")),
        ("cert-manager.io/v1beta1", "ClusterIssuer", ("cert-manager", "1.6", "cert-manager.io/v1")),
        ("authentication.istio.io/v1alpha1", "Policy", ("Istio", "1.6", "security.istio.io/v1")),
        ("cert-manager.io/v1", "Issuer", None),
    ],
)
def test_types_that_other_projects_removed(api_version, kind, expected):
    assert removed_by_others(GroupVersionKind.of(api_version, kind)) == expected
