"""What a reviewer has to hear about Services, claims, policies, roles and the order of objects,
and nothing that is not so.
"""

from pathlib import Path

import pytest

from kplan.diagnostics import Severity
from kplan.plan.consequences import refused_updates
from kplan.plan.finder import Example
from kplan.plan.model import Plan
from tests.unit.plan.played import consequences, plan_of

PODS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"%s}], volumes: [%s]}
---
"""
NOTHING = "{apiVersion: v1, kind: ConfigMap, metadata: {name: nothing}}"
WEB = PODS % ("", "")
NODE = """
apiVersion: v1
kind: Node
metadata: {name: %s}
status: {capacity: {cpu: 4, memory: 8Gi, pods: 110}, conditions: [{type: Ready, status: "True"}]}
---
"""
SERVICE = (
    "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [%s]}}\n---\n"
)
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {ingressClassName: nginx, defaultBackend: {service: {name: web, port: {%s}}}}
---
"""
CLASS = "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: {controller: a/b}}\n---\n"


def risks(plan: Plan) -> list[str]:
    return [f"{risk.code} {risk.message}" for risk in plan.risks if risk.code != "PLN032"]


def warnings(plan: Plan) -> list[str]:
    return [text for planned in plan.changes for text in planned.change.warnings]


def told(plan: Plan) -> list[str]:
    return [f"{one.object.kind} {one.message}" for one in consequences(plan)]


def test_a_port_that_is_renamed_keeps_its_endpoints(tmp_path: Path) -> None:
    prior = WEB + SERVICE % "{name: http, port: 80}, {name: dns, port: 53}"
    plan = plan_of(Example(prior, SERVICE % "{name: web, port: 80}, {name: dns, port: 53}"), tmp_path)
    assert [one for planned in plan.changes for one in planned.effects.endpoints] == []


def test_names_that_ports_swap_are_not_taken_for_each_other(tmp_path: Path) -> None:
    prior = WEB + SERVICE % "{name: a, port: 80}, {name: b, port: 53, targetPort: nobody}"
    plan = plan_of(
        Example(prior, SERVICE % "{name: b, port: 80}, {name: a, port: 53, targetPort: nobody}"), tmp_path
    )
    effects = [one for planned in plan.changes for one in planned.effects.endpoints]
    assert {(one.port, one.ready_before, one.ready_after) for one in effects} == {("a", 2, 0), ("b", 0, 2)}


@pytest.mark.parametrize(
    ("port", "ports", "lacks"),
    [
        ("number: 80", "{name: http, port: 8080}", "port 80"),
        ("name: http", "{name: web, port: 80}", "port http"),
        ("number: 80", "{name: web, port: 80}", ""),
        ("name: use-annotation", "{name: web, port: 80}", ""),
    ],
)
def test_an_ingress_that_names_a_port_the_service_lacks(
    port: str, ports: str, lacks: str, tmp_path: Path
) -> None:
    prior = CLASS + WEB + SERVICE % "{name: http, port: 80}" + INGRESS % port
    message = f"PLN019 names {lacks} of service/web -n default, which has no such port"
    assert risks(plan_of(Example(prior, SERVICE % ports), tmp_path)) == ([message] if lacks else [])


def test_a_bound_claim_does_not_miss_the_class_that_was_only_a_name(tmp_path: Path) -> None:
    volume = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: one}
spec: {storageClassName: manual, accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /data}}
---
"""
    claim = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
"""
    (tmp_path / "a").mkdir()
    assert risks(plan_of(Example(NOTHING, volume + claim % "manual"), tmp_path / "a")) == []
    (tmp_path / "b").mkdir()
    found = risks(plan_of(Example(NOTHING, volume + claim % "other"), tmp_path / "b"))
    assert found == ["PLN019 names storageclass.storage.k8s.io/other, which is not there"]


def test_a_claim_that_is_deleted_while_pods_use_it_waits_for_them(tmp_path: Path) -> None:
    used = PODS % (
        ", volumeMounts: [{name: d, mountPath: /d}]",
        "{name: d, persistentVolumeClaim: {claimName: data}}",
    )
    volume = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: one}
spec: {storageClassName: "", accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /data}}
---
"""
    claim = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: "", volumeName: one, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
"""
    plan = plan_of(Example(volume + claim + used, deleted=claim), tmp_path)
    waits = [one for one in risks(plan) if one.startswith("PLN023")]
    assert waits == ["PLN023 stays, marked for deletion, until no pod uses it any more"]
    gone = "names persistentvolumeclaim/data -n default, which is being deleted: its next pod stays pending"
    assert told(plan) == [f"Deployment {gone}"]


@pytest.mark.parametrize(
    ("nodes", "silent"),
    [(1, ""), (2, "the other node no longer passes"), (3, "the other 2 nodes no longer pass")],
)
def test_the_nodes_that_a_service_no_longer_answers_on(nodes: int, silent: str, tmp_path: Path) -> None:
    ready = WEB.replace("replicas: 2", "replicas: 1").replace(
        "spec: {containers", "spec: {nodeName: n1, containers"
    )
    served = SERVICE.replace("ports:", "type: NodePort, externalTrafficPolicy: %s, ports:")
    there = "".join(NODE % f"n{number + 1}" for number in range(nodes))
    plan = plan_of(
        Example(there + ready + served % ("Cluster", "{port: 80}"), served % ("Local", "{port: 80}")),
        tmp_path,
    )
    where = "n1, where its pods run"
    traffic = "traffic on (externalTrafficPolicy: Local)"
    told_of = [f"Service answers from outside only on {where}: {silent} {traffic}"]
    assert told(plan) == (told_of if silent else [])


def test_a_hook_of_another_phase_is_in_no_wave(tmp_path: Path) -> None:
    noted = "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, annotations: {%s}}}\n---\n"
    early = 'argocd.argoproj.io/sync-wave: "-1"'
    hook = noted % ("early", f"{early}, argocd.argoproj.io/hook: PreSync")
    plan = plan_of(Example(NOTHING, hook + noted % ("late", "")), tmp_path)
    assert not any("sync wave" in one for one in told(plan))


@pytest.mark.parametrize(
    ("others", "where", "severity"),
    [("", "no node would", Severity.WARNING), ("disk: ssd", "only 1 other node would", Severity.INFO)],
)
def test_pods_whose_node_loses_a_label_they_ask_for(
    others: str, where: str, severity: Severity, tmp_path: Path
) -> None:
    labelled = NODE.replace("{name: %s}", "{name: %s, labels: {%s}}")
    web = WEB.replace("spec: {containers", "spec: {nodeName: n1, nodeSelector: {disk: ssd}, containers")
    prior = labelled % ("n1", "disk: ssd") + labelled % ("n2", others) + web
    (found,) = consequences(plan_of(Example(prior, labelled % ("n1", "disk: hdd")), tmp_path))
    whose = "no longer has the labels that 2 pods of deployment.apps/web -n default ask for"
    assert found.message == f"{whose}: they stay, but {where} take another one like them"
    assert found.severity is severity


POLICY = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-web}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  validations: [{expression: "object.spec.containers.all(c, c.image != 'web:1')"}]
---
"""
BINDING = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-web}
spec: {policyName: %s, validationActions: [Deny]}
---
"""


def test_what_a_policy_and_its_binding_mean_together_is_told_once_and_is_a_risk(tmp_path: Path) -> None:
    plan = plan_of(Example(WEB, POLICY + BINDING % "no-web"), tmp_path)
    assert [one.partition(":")[0] for one in told(plan)] == [
        "Deployment keeps the 2 pods that run, but one that goes cannot be created again"
    ]
    assert [one[:6] for one in risks(plan)] == ["PLN008"]


def test_a_workload_without_pods_can_create_none(tmp_path: Path) -> None:
    idle = WEB.replace("replicas: 2", "replicas: 0")
    assert idle != WEB
    plan = plan_of(Example(idle, POLICY + BINDING % "no-web"), tmp_path)
    assert [one.partition(":")[0] for one in told(plan)] == ["Deployment has no pod, and none can be created"]


def test_no_more_objects_are_tried_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refused_updates, "_MOST", 1)
    objects = "".join(
        f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{n}, namespace: default}}}}\n---\n"
        for n in range(3)
    )
    policy = POLICY.replace("[CREATE], resources: [pods]", "[UPDATE], resources: [configmaps]").replace(
        "object.spec.containers.all(c, c.image != 'web:1')", "false"
    )
    said = told(plan_of(Example(objects, policy + BINDING % "no-web"), tmp_path))
    assert sum("is refused the next time it is written" in one for one in said) == 1
    assert any(one.endswith("of which the first 1 were asked about") for one in said)


def test_bindings_to_what_is_absent(tmp_path: Path) -> None:
    binding = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: %s, name: %s}
subjects: [{kind: ServiceAccount, name: nobody, namespace: default}]
---
"""
    (tmp_path / "a").mkdir()
    absent = plan_of(Example(NOTHING, binding % ("Role", "reader") + BINDING % "no-web"), tmp_path / "a")
    assert risks(absent) == [
        "PLN019 names role.rbac.authorization.k8s.io/reader -n default, which is not there",
        "PLN019 names validatingadmissionpolicy.admissionregistration.k8s.io/no-web, which is not there",
    ]
    (tmp_path / "b").mkdir()
    standard = plan_of(Example(NOTHING, binding % ("ClusterRole", "view")), tmp_path / "b")
    assert risks(standard) == []
    allows = "what clusterrole.rbac.authorization.k8s.io/view allows, which every cluster has"
    assert told(standard) == [f"RoleBinding grants {allows} and this state does not hold"]


def test_what_a_narrowed_role_still_allows(tmp_path: Path) -> None:
    role = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]%s}]
---
"""
    binding = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: ci, namespace: default}]
---
"""
    plan = plan_of(Example(role % "" + binding, role % ", resourceNames: [one]"), tmp_path)
    here = "in namespace default"
    assert told(plan) == [f"ServiceAccount may no longer get pods {here}, but still get pods one {here}"]


CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: %s
  names: {plural: widgets, kind: Widget}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
"""
WIDGET = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: one}}\n---\n"


def test_the_scope_of_a_stored_definition_is_immutable(tmp_path: Path) -> None:
    plan = plan_of(Example(CRD % "Namespaced", CRD % "Cluster"), tmp_path)
    assert [planned.change.immutable_fields for planned in plan.changes] == [("spec.scope",)]


def test_kubectl_has_to_run_twice_for_what_the_same_run_makes_possible(tmp_path: Path) -> None:
    space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n"
    inside = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}\n---\n"
    twice = "kubectl apply refuses it in the first run and takes it in the second: "
    unknown = f'{twice}no matches for kind "Widget" in version "example.com/v1"'
    for name, applied, expected in (
        ("a", CRD % "Namespaced" + WIDGET, [unknown]),
        ("b", space + inside, []),
        ("c", inside + space, [f'{twice}namespaces "shop" not found']),
    ):  # fmt: skip
        (tmp_path / name).mkdir()
        assert warnings(plan_of(Example(NOTHING, applied), tmp_path / name)) == expected


def test_first_of_many_objects_that_lack_the_same_reports_for_all(tmp_path: Path) -> None:
    space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n"
    inside = "".join(
        f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{n}, namespace: shop}}}}\n---\n"
        for n in range(4)
    )
    plan = plan_of(Example(NOTHING, inside + WIDGET + space + CRD % "Namespaced"), tmp_path)
    texts = [
        (planned.change.object.name, text) for planned in plan.changes for text in planned.change.warnings
    ]
    refuses = "kubectl apply refuses it"
    assert texts == [
        (
            "c0",
            f'{refuses} and 3 more objects in the first run and takes them in the second: namespaces "shop" not found',
        ),
        (
            "one",
            f'{refuses} in the first run and takes it in the second: no matches for kind "Widget" in version "example.com/v1"',
        ),
    ]


def test_a_policy_that_quotes_a_secret_is_told_without_it(tmp_path: Path) -> None:
    secret = (
        "{apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {password: planted-value}}\n---\n"
    )
    policy = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-web}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [secrets]}]}
  validations: [{expression: "false", messageExpression: "'not ' + string(object.data.password)"}]
---
"""
    found = told(plan_of(Example(secret, policy + BINDING % "no-web"), tmp_path))
    assert len(found) == 1
    assert "is refused the next time it is written" in found[0]
    assert "planted-value" not in found[0]
    assert "cGxhbnRlZC12YWx1ZQ" not in found[0]


def test_an_optional_volume_becomes_empty_where_what_it_holds_is_deleted(tmp_path: Path) -> None:
    settings = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}\n---\n"
    volume = "{name: d, configMap: {name: settings, optional: true}}"
    reader = PODS % (", volumeMounts: [{name: d, mountPath: /d}]", volume)
    empty = "/d is empty then, because configmap/settings is gone (2 pods)"
    found = told(plan_of(Example(settings + reader, deleted=settings), tmp_path))
    assert found == [f"Deployment sees the change within about a minute: {empty}"]


def test_waves_of_argo_cd_are_told_with_what_holds_them(tmp_path: Path) -> None:
    wave = '{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, annotations: {argocd.argoproj.io/sync-wave: "%d"}}}\n---\n'
    stuck = WEB.replace('image: "web:1"', 'image: "web:1", resources: {requests: {cpu: 64}}')
    applied = wave % ("first", -1) + stuck + wave % ("second", 1) + wave % ("third", 1)
    first, second = told(plan_of(Example(NOTHING, applied), tmp_path))
    healthy = "and applied when what is in wave %d is healthy"
    waits = "this plan applies it with the others and waits for nothing"
    held = "deployment.apps/web -n default does not become healthy, so that Argo CD would not apply it"
    assert first == f"Deployment is in sync wave 0 of Argo CD, {healthy % -1}; {waits}"
    assert second == f"ConfigMap is in sync wave 1 of Argo CD, as 1 more change is, {healthy % 0}; {held}"


def test_pods_on_the_network_of_their_node_want_the_ports_that_they_name(tmp_path: Path) -> None:
    agent = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {hostNetwork: %s, containers: [{name: c, image: "c:1", ports: [{containerPort: 9100}]}]}
---
"""
    prior, other = (agent % (name, name, name, "true") for name in ("one", "two"))
    (found,) = risks(plan_of(Example(prior, other), tmp_path))
    assert found.startswith("PLN028 has 0 of 3 pods ready, leaves 3 pods pending: wants host port 9100/TCP")
    (tmp_path / "again").mkdir()
    assert risks(plan_of(Example(prior, other.replace("true", "false")), tmp_path / "again")) == []


def test_claims_that_a_quota_refuses_are_told_once(tmp_path: Path) -> None:
    quota = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {persistentvolumeclaims: 1}}}"
    claims = (
        "[{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]"
    )
    replicas = WEB.replace("kind: Deployment", "kind: StatefulSet").replace(
        "replicas: 2", "replicas: 2\n  serviceName: web"
    )
    applied = replicas.replace(
        "  selector", f"  podManagementPolicy: Parallel\n  volumeClaimTemplates: {claims}\n  selector"
    )
    found = risks(plan_of(Example(quota, applied), tmp_path))
    assert len([one for one in found if one.startswith("PLN005")]) == 1


def test_an_api_service_whose_service_is_not_there(tmp_path: Path) -> None:
    applied = """
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.metrics.example.com}
spec: {group: metrics.example.com, version: v1, groupPriorityMinimum: 100, versionPriority: 100, service: {name: web, namespace: default}}
"""
    missing = ["PLN019 names service/web -n default, which is not there"]
    assert risks(plan_of(Example(NOTHING, applied), tmp_path)) == missing


def test_a_class_that_is_not_there_is_missed_for_claims_of_pods(tmp_path: Path) -> None:
    claim = "{accessModes: [ReadWriteOnce], storageClassName: nope, resources: {requests: {storage: 1Gi}}}"
    volume = f"{{name: v, ephemeral: {{volumeClaimTemplate: {{spec: {claim}}}}}}}"
    found = risks(plan_of(Example(NOTHING, PODS % ("", volume)), tmp_path))
    assert "PLN019 names storageclass.storage.k8s.io/nope, which is not there" in found


CUSTOM = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %ss.%s%s}
spec:
  group: %s
  names: {kind: %s, plural: %ss}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
---
"""


def definition(group: str, kind: str) -> str:
    approved = ", annotations: {api-approved.kubernetes.io: 'https://github.com/kubernetes-sigs/gateway-api/pull/2466'}"
    return CUSTOM % (kind.lower(), group, approved, group, kind, kind.lower())


def test_a_service_of_a_custom_workload_is_not_told_to_have_no_pods(tmp_path: Path) -> None:
    rollout = WEB.replace(
        "apiVersion: apps/v1\nkind: Deployment", "apiVersion: example.com/v1\nkind: Rollout"
    )
    prior = definition("example.com", "Rollout")
    assert risks(plan_of(Example(prior, rollout + SERVICE % "{port: 80}"), tmp_path)) == []


@pytest.mark.parametrize("known", [True, False])
def test_a_route_to_a_gateway_that_is_not_there_among_others(known: bool, tmp_path: Path) -> None:
    group = "gateway.networking.k8s.io"
    prior = definition(group, "Gateway") + definition(group, "HTTPRoute")
    other = f"{{apiVersion: {group}/v1, kind: Gateway, metadata: {{name: other}}}}\n---\n" if known else ""
    route = f"{{apiVersion: {group}/v1, kind: HTTPRoute, metadata: {{name: web}}, spec: {{parentRefs: [{{name: main}}]}}}}"
    missing = [f"PLN019 names gateway.{group}/main -n default, which is not there"] if known else []
    assert risks(plan_of(Example(prior + other, route), tmp_path)) == missing


def test_pods_lose_their_names_with_their_governing_service(tmp_path: Path) -> None:
    named = WEB.replace("kind: Deployment", "kind: StatefulSet").replace(
        "replicas: 2", "replicas: 1\n  serviceName: web"
    )
    service = SERVICE % "{port: 80}"
    gone = "StatefulSet names service/web -n default, which is gone: its pods lose their names in DNS"
    assert gone in told(plan_of(Example(named + service, deleted=service), tmp_path))
