"""The words for kinds and fields: about what the API has, complete for what people meet first,
and each in its place.
"""

import pytest

from kplan.schema.catalog import Catalog
from kplan.schema.data import read
from kplan.schema.descriptions import description_of, description_of_any

DEFINITIONS = Catalog.for_version().definitions
WRITTEN = [
    line
    for line in read("kplan/descriptions.txt").decode().splitlines()
    if not line.startswith(("#", "    "))
]
TYPES = [line.partition(":")[0] for line in WRITTEN if line and not line.startswith(" ")]


def named(name: str) -> list[str]:
    """The definitions of this name, in whichever group and version."""
    return [one for one in DEFINITIONS.schemas if one.rpartition(".")[2] == name]


def test_every_text_is_about_a_type_and_a_field_that_there_is() -> None:
    fields: set[str] = set()
    for line in filter(None, WRITTEN):
        name, colon, text = line.strip().partition(": ")
        assert (colon and text) or name == "*", line
        if line.startswith(" "):
            assert name in fields, line
        elif name == "*":
            fields = {"apiVersion", "kind", "metadata", "spec", "status", "items"}
        else:
            assert named(name), line
            fields = {
                field for one in named(name) for field in DEFINITIONS.schemas[one].get("properties", {})
            }


def test_no_type_is_written_twice() -> None:
    assert len(TYPES) == len(set(TYPES))


@pytest.mark.parametrize(
    "kind",
    [
        "core.v1.Pod", "core.v1.PodSpec", "core.v1.Container", "core.v1.Probe", "core.v1.EnvVar", "core.v1.ResourceRequirements",
        "core.v1.SecurityContext", "core.v1.ServiceSpec", "core.v1.ServicePort", "core.v1.ConfigMap", "core.v1.Secret",
        "apps.v1.Deployment", "apps.v1.DeploymentSpec", "apps.v1.DeploymentStatus", "apps.v1.StatefulSetSpec",
        "apps.v1.DaemonSetSpec", "batch.v1.JobSpec", "batch.v1.JobStatus", "batch.v1.CronJobSpec", "core.v1.PersistentVolumeClaimSpec",
        "networking.v1.IngressSpec", "networking.v1.NetworkPolicySpec", "autoscaling.v2.HorizontalPodAutoscalerSpec",
        "policy.v1.PodDisruptionBudgetSpec", "policy.v1.PodDisruptionBudgetStatus", "rbac.v1.PolicyRule", "rbac.v1.RoleBinding",
        "rbac.v1.Role", "rbac.v1.ClusterRole",
    ],
)  # fmt: skip
def test_what_people_meet_first_is_described_to_the_last_field(kind: str) -> None:
    name = f"io.k8s.api.{kind}"
    assert description_of(name)
    for field in DEFINITIONS.schemas[name]["properties"]:
        assert description_of(name, field) or description_of_any(field), field


def test_a_custom_kind_of_the_same_name_has_none() -> None:
    assert description_of("com.example.v1.Service") == ""
    assert description_of("io.k8s.api.core.v1.Service")
