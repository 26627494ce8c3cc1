"""What is said once of several things, and what the way out of a refusal may not take along."""

from pathlib import Path

import pytest

from kplan.plan.finder import Example
from kplan.plan.model import Plan
from kplan.render.plan_text import render
from kplan.render.style import Style
from tests.unit.plan.played import consequences, plan_of

NOTHING = "{apiVersion: v1, kind: ConfigMap, metadata: {name: nothing}}"
CLASS = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: %s
---
"""
WORKLOAD = """
apiVersion: apps/v1
kind: %s
metadata: {name: %s}
spec:
  replicas: %s
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: c, image: 'web:%s', resources: {%s}}]}
---
"""
AUTOSCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
---
"""
LIMITS = """
apiVersion: v1
kind: LimitRange
metadata: {name: usual}
spec: {limits: [{type: Container, defaultRequest: {cpu: 100m}}]}
---
"""
QUOTA = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: few}, spec: {hard: {pods: '%s'}}}\n---\n"


def web(image: int = 1, replicas: int = 2, resources: str = "", name: str = "web") -> str:
    return WORKLOAD % ("Deployment", name, replicas, name, name, image, resources)


def risks(plan: Plan, code: str) -> list[str]:
    return [f"{one.object.name} {one.message}" for one in plan.risks if one.code == code]


def told(plan: Plan, name: str) -> list[str]:
    return [f"{one.object.name} {one.message}" for one in consequences(plan) if one.name == name]


@pytest.mark.parametrize(
    ("beside", "way"),
    [
        ("", "kubectl replace --force -f "),
        (NOTHING, "kubectl delete priorityclass.scheduling.k8s.io/high, and apply again"),
    ],
)
def test_only_an_object_with_its_own_file_is_replaced_with_it(beside: str, way: str, tmp_path: Path) -> None:
    plan = plan_of(Example(CLASS % 1000, CLASS % 2000 + beside), tmp_path)
    (refused,) = [one.change for one in plan.changes if one.change.refusal]
    assert way in refused.help


@pytest.mark.parametrize("resources", ["limits: {cpu: 1}", "requests: {memory: 1Gi}, limits: {cpu: 1}"])
def test_a_limit_is_a_request_to_an_autoscaler(resources: str, tmp_path: Path) -> None:
    plan = plan_of(Example(NOTHING, AUTOSCALER + web(resources=resources)), tmp_path)
    assert risks(plan, "PLN018") == []


def test_a_request_that_a_limit_range_gives_is_one_to_an_autoscaler(tmp_path: Path) -> None:
    assert risks(plan_of(Example(LIMITS, AUTOSCALER + web()), tmp_path), "PLN018") == []


def test_all_workloads_under_an_account_that_loses_a_permission_are_named(tmp_path: Path) -> None:
    role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader}\nrules: [{apiGroups: [''], resources: [pods%s], verbs: [get]}]\n---\n"
    binding = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: reader}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}\n"
        "subjects: [{kind: ServiceAccount, name: default, namespace: default}]\n---\n"
    )
    plan = plan_of(Example(role % ", secrets" + binding + web() + web(name="api"), role % ""), tmp_path)
    (found,) = risks(plan, "PLN010")
    assert "pods of deployment.apps/web -n default and deployment.apps/api -n default run under it" in found


def test_a_claim_under_a_new_name_begins_empty(tmp_path: Path) -> None:
    claim = (
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: %s}\n"
        "spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 7Gi}}}\n"
    )
    before, after = tmp_path / "before.yaml", tmp_path / "after.yaml"
    before.write_text(claim % "data")
    after.write_text(claim % "new-data")
    from click.testing import CliRunner

    from kplan.cli.commands.plan import command

    arguments = ["-f", str(after), "--state", str(before), "--prune", "--all"]
    text = CliRunner().invoke(command, arguments, standalone_mode=False).stdout
    assert (
        "looks like a new name of persistentvolumeclaim/data -n default, whose data stays there: it begins with an empty volume"
        in text
    )


def test_what_a_policy_refuses_now_is_not_told_of_as_to_come(tmp_path: Path) -> None:
    policy = (
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: few}\nspec:\n"
        "  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: ['*'], resources: [deployments]}]}\n"
        "  validations: [{expression: 'object.spec.replicas < 3'}]\n---\n"
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: few}\n"
        "spec: {policyName: few, validationActions: [Deny]}\n---\n"
    )
    plan = plan_of(Example(web(replicas=4) + web(name="api", replicas=3), policy + web(replicas=5)), tmp_path)
    assert [one.split()[0] for one in told(plan, "update-refused")] == ["api"]


def test_one_quota_that_refuses_old_and_new_pods_is_told_once(tmp_path: Path) -> None:
    plan = plan_of(Example(QUOTA % 3 + web(replicas=3), web(2, replicas=5)), tmp_path)
    assert len(risks(plan, "PLN005")) == 1
    assert sum(len(one.effects.further_refusals) for one in plan.changes) == 0


def test_many_workloads_that_fare_alike_are_folded(tmp_path: Path) -> None:
    names = [f"w{number}" for number in range(7)]
    prior = "".join(web(name=name, replicas=1) for name in names)
    plan = plan_of(Example(QUOTA % 10 + prior, QUOTA % 3), tmp_path)
    assert len(told(plan, "cannot-create-pods")) == 7
    lines = [line.strip() for line in render(plan, Style()).splitlines()]
    assert sum("one that goes cannot be created again" in line for line in lines) == 2
    assert "! and 5 more objects: the same (-v lists them)" in lines
    verbose = render(plan, Style(verbose=True))
    assert verbose.count("one that goes cannot be created again") == 7


def test_a_service_of_a_daemon_set_without_nodes_is_not_told_to_be_scaled(tmp_path: Path) -> None:
    agent = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec: {selector: {matchLabels: {app: agent}}, template: {metadata: {labels: {app: agent}}, spec: {%s containers: [{name: c, image: c}]}}}\n---\n"
    service = "{apiVersion: v1, kind: Service, metadata: {name: agent}, spec: {selector: {app: agent}, ports: [{port: 80}]}}\n---\n"
    plan = plan_of(Example(agent % "" + service, agent % "nodeSelector: {disk: ssd},"), tmp_path)
    (found,) = risks(plan, "PLN003")
    assert found.endswith("daemonset.apps/agent, whose pods it selects, is to run on no node")


def test_a_service_that_served_nobody_and_still_does_is_not_told_of(tmp_path: Path) -> None:
    service = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: %s}]}}\n---\n"
    late = "startupProbe: {exec: {command: [x]}}"
    prior = web().replace("resources: {}", late) + service % 80
    plan = plan_of(Example(prior, web(2).replace("resources: {}", late) + service % 81), tmp_path)
    effects = [one for planned in plan.changes for one in planned.effects.endpoints]
    assert [one for one in effects if one.ready_before == one.ready_after == 0] == []


def test_a_smaller_claim_is_not_told_to_be_immutable(tmp_path: Path) -> None:
    claim = (
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: disk.example.com\n---\n"
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"
        "spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: %sGi}}}\n"
    )
    plan = plan_of(Example(claim % 8, claim % 4), tmp_path)
    assert risks(plan, "PLN020") == [
        "data spec.resources.requests[storage] cannot become smaller: the change is refused"
    ]


def test_a_stateful_set_whose_pod_never_becomes_ready_settles(tmp_path: Path) -> None:
    db = WORKLOAD % ("StatefulSet", "db", 1, "db", "db", 1, "")
    missing = db.replace("resources: {}", "envFrom: [{configMapRef: {name: none}}]")
    plan = plan_of(
        Example(NOTHING, missing.replace("  replicas", "  minReadySeconds: 3\n  replicas")), tmp_path
    )
    assert plan.complete
    assert risks(plan, "PLN019")


def test_what_a_risk_says_of_a_rollout_is_not_repeated_below_the_change(tmp_path: Path) -> None:
    missing = web(2, 1).replace("resources: {}", "envFrom: [{configMapRef: {name: none}}]")
    plan = plan_of(Example(QUOTA % 1 + web(1, 1), web(2, 1) + missing.replace("web", "api")), tmp_path)
    lines = render(plan, Style()).splitlines()
    why = "exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1"
    assert len([line for line in lines if "web-" in line and why in line]) == 1
    assert "        stopped: PLN005 above says why" in lines
    assert render(plan, Style(verbose=True)).count("stopped: Error creating: pods") == 2


def test_a_single_pod_is_not_told_to_share_its_node_with_the_next_one(tmp_path: Path) -> None:
    nodes = "".join(
        f"{{apiVersion: v1, kind: Node, metadata: {{name: {name}}}, status: {{capacity: {{cpu: 4, memory: 8Gi, pods: 110}}, "
        "conditions: [{type: Ready, status: 'True'}]}}\n---\n"
        for name in ("n1", "n2")
    )
    held = web(2, 1).replace("resources: {}", "envFrom: [{configMapRef: {name: none}}]")
    pinned = [
        one.replace("spec: {containers", "spec: {nodeName: n1, containers") for one in (web(1, 1), held)
    ]
    assert risks(plan_of(Example(nodes + pinned[0], pinned[1]), tmp_path), "PLN032") == []


def test_a_volume_that_a_stateful_set_replaces_by_its_own_claim_needs_no_claim(tmp_path: Path) -> None:
    db = WORKLOAD % ("StatefulSet", "db", 1, "db", "db", 1, "")
    volume = "spec: {volumes: [{name: data, persistentVolumeClaim: {claimName: data}}], containers"
    own = "  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]\n---"
    applied = db.replace("spec: {containers", volume)
    (tmp_path / "with").mkdir()
    assert risks(plan_of(Example(NOTHING, applied), tmp_path), "PLN019")
    assert not risks(plan_of(Example(NOTHING, applied.replace("---", own)), tmp_path / "with"), "PLN019")


def test_workloads_of_the_same_namespace_are_named_without_it(tmp_path: Path) -> None:
    service = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n---\n"
    policy = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\n"
        "spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]}\n"
    )
    names = ("web", "api", "job")
    plan = plan_of(Example("".join(web(name=name) for name in names) + service, policy), tmp_path)
    (found,) = told(plan, "no-longer-reached")
    assert (
        found
        == "web can no longer be reached by the outside, deployment.apps/job and its other pods on port 80/TCP"
    )


def test_the_address_of_a_service_is_the_field_that_is_immutable(tmp_path: Path) -> None:
    service = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {%s ports: [{port: 80}]}}\n"
    plan = plan_of(Example(service % "", service % "clusterIP: None,"), tmp_path)
    assert risks(plan, "PLN020") == ["web spec.clusterIP is immutable: the change is refused"]


def test_what_a_definition_takes_along_is_part_of_the_way_out(tmp_path: Path) -> None:
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\n"
        "spec: {group: example.com, scope: %s, names: {kind: Widget, plural: widgets}, "
        "versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n"
    )
    plan = plan_of(Example(definition % "Namespaced", definition % "Cluster"), tmp_path)
    (help_,) = [one.change.help for one in plan.changes]
    assert "deleted (with all resources of its kind) and created anew" in help_
