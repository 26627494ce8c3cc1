"""Rules about objects that get in each other's way:
selectors, volumes, quotas, policies, and the names pods look up.
"""

from pathlib import Path

import pytest

from kplan import pipeline
from kplan.lint.selection import LintOptions


def found(folder: Path, files: dict[str, str], code: str, *, unknown: bool = False) -> list[tuple[str, str]]:
    """What a rule finds: the object and the message."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    report = pipeline.lint(pipeline.load([str(folder)]), LintOptions(select=(code,), show_unknown=unknown))
    return [(one.object.partition(" ")[0], one.message) for one in report.findings if one.rule == code]


def workload(
    name: str, label: str, *, kind: str = "Deployment", more: str = "", spec: str = "", meta: str = ""
) -> str:
    return f"""\
---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}{meta}}}
spec:
  {more}
  selector: {{matchLabels: {{app: {label}}}}}
  template:
    metadata: {{labels: {{app: {label}, name: {name}}}}}
    spec:
      {spec}
      containers: [{{name: a, image: 'b:1', resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]
"""


def claim(more: str = "") -> str:
    return f"---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data}}\nspec: {{accessModes: [ReadWriteOnce]{more}}}\n"


MOUNTS = "volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]"


def test_of_two_workloads_with_one_selector_the_later_is_reported(tmp_path: Path) -> None:
    both = workload("web", "web") + workload("canary", "web")
    assert found(tmp_path, {"a.yaml": both}, "LBL007") == [
        ("deployment.apps/canary", "the selector means the pods of Deployment 'web' as well")
    ]


def test_a_wider_selector_is_reported_where_it_stands(tmp_path: Path) -> None:
    narrow = workload("worker", "web").replace("{app: web}", "{app: web, name: worker}", 1)
    assert found(tmp_path, {"a.yaml": workload("web", "web") + narrow}, "LBL007") == [
        ("deployment.apps/web", "the selector means the pods of Deployment 'worker' as well")
    ]


def test_workloads_of_two_files_may_be_variants_but_not_in_one_build(tmp_path: Path) -> None:
    files = {"a.yaml": workload("web", "web"), "b.yaml": workload("canary", "web")}
    assert not found(tmp_path, files, "LBL007")
    assert len(found(tmp_path, files, "LBL007", unknown=True)) == 1
    built = {**files, "kustomization.yaml": "resources: [a.yaml, b.yaml]\n"}
    assert len(found(tmp_path, built, "LBL007")) == 1


def test_a_replica_set_and_the_deployment_that_made_it_belong_together(tmp_path: Path) -> None:
    owner = (
        ", ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: u, controller: true}]"
    )
    dumped = workload("web", "web") + workload("web-6d4cf56db6", "web", kind="ReplicaSet", meta=owner)
    assert not found(tmp_path, {"a.yaml": dumped}, "LBL007")


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (claim() + workload("a", "a", more="replicas: 2", spec=MOUNTS), ["and 2 replicas mount it"]),
        (claim() + workload("a", "a", more="replicas: 1", spec=MOUNTS), []),
        (claim() + workload("a", "a", kind="DaemonSet", spec=MOUNTS), ["and a pod of every node mount it"]),
        (claim(", storageClassName: nfs-client") + workload("a", "a", more="replicas: 2", spec=MOUNTS), []),
        (claim() + workload("a", "a", spec=MOUNTS) + workload("b", "b", spec=MOUNTS), ["and Deployment 'a' mounts it as well"]),
        (claim() + workload("a", "a", more="replicas: 0", spec=MOUNTS) + workload("b", "b", spec=MOUNTS), []),
        (claim() + workload("a", "a", spec=MOUNTS) + workload("b", "b", spec=f"{MOUNTS}\n      nodeName: node-1"), []),
    ],
)  # fmt: skip
def test_a_volume_of_one_node_is_for_pods_of_one_node(tmp_path: Path, text: str, messages: list[str]) -> None:
    told = found(tmp_path, {"a.yaml": text}, "AVL021")
    assert [one.removeprefix("claim 'data' goes to one node at a time, ") for _, one in told] == messages


def quota(spec: str) -> str:
    return f"---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q}}\nspec: {{{spec}}}\n"


@pytest.mark.parametrize(
    ("spec", "messages"),
    [
        ("hard: {requests.cpu: 1, limits.cpu: 2}", ["container 'a' sets no limits.cpu: ResourceQuota 'q' refuses the pod"]),
        ("hard: {limits.memory: 2Gi, limits.cpu: 2}", ["container 'a' sets no limits.cpu and limits.memory: ResourceQuota 'q' refuses the pod"]),
        ("hard: {requests.ephemeral-storage: 2Gi}", []),
        ("scopes: [BestEffort], hard: {pods: 1}", []),
        ("scopes: [NotTerminating], hard: {limits.cpu: 1}", ["container 'a' sets no limits.cpu: ResourceQuota 'q' refuses the pod"]),
        ("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}, hard: {limits.cpu: 1}", []),
    ],
)  # fmt: skip
def test_what_a_quota_limits_has_to_be_set(tmp_path: Path, spec: str, messages: list[str]) -> None:
    told = found(tmp_path, {"a.yaml": quota(spec) + workload("a", "a")}, "RES010")
    assert [message for _, message in told] == messages


def test_a_quota_is_compared_with_the_sum_of_what_is_kept(tmp_path: Path) -> None:
    several = (
        workload("a", "a", more="replicas: 3") + workload("b", "b") + workload("c", "c", kind="DaemonSet")
    )
    assert not found(tmp_path, {"a.yaml": quota("hard: {cpu: 5, pods: 5}") + several}, "RES011")
    assert found(tmp_path, {"a.yaml": quota("hard: {cpu: 4500m, pods: 4}") + several}, "RES011") == [
        ("resourcequota/q", "the workloads need 5 of cpu and may have 4500m: a, b and c need most"),
        ("resourcequota/q", "the workloads need 5 pods and may have 4: a, b and c need most"),
    ]


CLAIMED = "volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: fast, resources: {requests: {storage: 2Gi}}}}]"
EPHEMERAL = (
    "volumes: [{name: e, ephemeral: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 1Gi}}}}}}]"
)


def named(kind: str, name: str, spec: str = "") -> str:
    return f"---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\n{spec}\n"


@pytest.mark.parametrize(
    ("limits", "objects", "message"),
    [
        ("requests.storage: 4Gi", workload("a", "a", kind="StatefulSet", more=f"replicas: 3\n  {CLAIMED}"), "the claims of the input need 6Gi of requests.storage and may have 4Gi: those of a need most"),
        ("requests.storage: 6Gi, persistentvolumeclaims: 3", workload("a", "a", kind="StatefulSet", more=f"replicas: 3\n  {CLAIMED}"), ""),
        ("persistentvolumeclaims: 1", workload("a", "a", more="replicas: 2", spec=EPHEMERAL), "the namespace would have 2 persistentvolumeclaims, and the quota allows 1"),
        ("persistentvolumeclaims: 0", claim(), "the namespace would have 1 persistentvolumeclaims, and the quota allows 0"),
        ("fast.storageclass.storage.k8s.io/persistentvolumeclaims: 0", claim(), ""),
        ("services.loadbalancers: 0", named("Service", "s", "spec: {type: LoadBalancer}"), "the namespace would have 1 services.loadbalancers, and the quota allows 0"),
        ("services.nodeports: 1", named("Service", "s", "spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 1}, {port: 2}]}"), ""),
        ("services.nodeports: 1", named("Service", "s", "spec: {type: LoadBalancer, ports: [{port: 1}, {port: 2}]}"), "the namespace would have 2 services.nodeports, and the quota allows 1"),
        ("count/configmaps: 1", named("ConfigMap", "c"), "the namespace would have 2 configmaps, and the quota allows 1"),
        ("configmaps: 1", named("ConfigMap", "kube-root-ca.crt"), ""),
        ("secrets: 0", named("Secret", "c"), "the namespace would have 1 secrets, and the quota allows 0"),
        ("count/replicasets.apps: 1", workload("a", "a") + workload("b", "b"), "the namespace would have 2 replicasets.apps, and the quota allows 1"),
        ("count/replicasets.extensions: 0", workload("a", "a"), ""),
    ],
)  # fmt: skip
def test_a_quota_counts_objects_and_what_claims_ask_for(
    tmp_path: Path, limits: str, objects: str, message: str
) -> None:
    told = found(tmp_path, {"a.yaml": quota(f"hard: {{{limits}}}") + objects}, "RES011")
    assert [one for _, one in told] == ([message] if message else [])


SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: %s
  serviceName: %s
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: a, image: 'b:1', env: [{name: PEERS, value: %s}]}]}}
"""
GOVERNING = (
    "---\napiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {clusterIP: %s, selector: {app: db}}\n"
)
NAMELESS = "so no pod has a name such as db-0."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SET % (3, "db", "x") + GOVERNING % "None", []),
        (SET % (3, "db", "x"), [("info", f"Service 'db' is not defined in the input, {NAMELESS}db")]),
        (SET % (1, "db", "'db-0.db:80,db-1.db:80'"), [("warning", f"Service 'db' is not defined in the input, {NAMELESS}db, but the pods use db-0.db")]),
        (SET % (3, "data", "x") + GOVERNING % "None", [("warning", f"Service 'data' is not defined in the input, {NAMELESS}data")]),
        (SET % (3, "db", "x") + GOVERNING % "''", [("info", f"Service 'db' is not headless, {NAMELESS}db")]),
        (SET % (1, "db", "x") + GOVERNING % "''", []),
        (SET % (1, "db", "$(POD).db.shop.svc") + GOVERNING % "''", [("warning", f"Service 'db' is not headless, {NAMELESS}db, but the pods use $(POD).db")]),
        (SET % (1, "db", "db-0.db-backup") + GOVERNING % "''", []),
    ],
)  # fmt: skip
def test_a_governing_service_is_told_as_far_as_names_of_pods_are_used(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    (tmp_path / "a.yaml").write_text(text)
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("REF009",)))
    assert [(str(one.severity), one.message) for one in report.findings] == expected


def policy(name: str, selector: str, *rules: str) -> str:
    egress = ", ".join(f"{{{rule}}}" for rule in rules)
    return f"---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\nspec: {{podSelector: {{{selector}}}, policyTypes: [Egress], egress: [{egress}]}}\n"


TO_PODS = "to: [{podSelector: {matchLabels: {app: db}}}]"


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ((TO_PODS,), True),
        ((), False),  # nothing at all may go out, and that is meant
        (("",), False),  # everything may
        ((TO_PODS, "ports: [{port: 53, protocol: UDP}]"), False),
        ((TO_PODS, "ports: [{port: 53}]"), True),
        ((TO_PODS, "ports: [{port: 1, endPort: 1024, protocol: UDP}]"), False),
        ((TO_PODS, "ports: [{port: dns, protocol: UDP}]"), False),
        ((TO_PODS, "to: [{namespaceSelector: {}}]"), False),
        ((TO_PODS, "to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]"), False),
        ((TO_PODS, "to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]"), True),
        (("to: [{ipBlock: {cidr: 192.0.2.7/32}}], ports: [{port: 443}]",), False),
    ],
)  # fmt: skip
def test_pods_that_may_not_ask_a_dns_server_are_found(
    tmp_path: Path, rules: tuple[str, ...], told: bool
) -> None:
    text = workload("web", "web") + workload("db", "db") + policy("web", "matchLabels: {app: web}", *rules)
    assert bool(found(tmp_path, {"a.yaml": text}, "NET013")) == told


def test_another_policy_lets_out_the_pods_that_it_selects(tmp_path: Path) -> None:
    text = workload("web", "web") + workload("db", "db") + policy("all", "", TO_PODS)
    dns = "ports: [{port: 53, protocol: UDP}]"
    assert not found(tmp_path, {"a.yaml": text + policy("dns", "", dns)}, "NET013")
    some = found(tmp_path, {"a.yaml": text + policy("dns", "matchLabels: {app: web}", dns)}, "NET013")
    assert [message for _, message in some] == [
        "the pods of 'db' cannot look up names: no rule lets them out to port 53 over UDP"
    ]


@pytest.mark.parametrize(
    ("schedule", "code"),
    [
        ("* 3 * * *", "JOB005"),
        ("CRON_TZ=Europe/Vienna * */2 * * *", "JOB005"),
        ("* 9-17 * * *", ""),
        ("*/5 3 * * *", ""),
        ("0 3 1-7 * 1", "JOB006"),
        ("0 3 1-7 * *", ""),
        ("0 3 */2 * 1", ""),
        ("@daily", ""),
    ],
)
def test_schedules_that_mean_something_else(tmp_path: Path, schedule: str, code: str) -> None:
    text = f"apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: a}}\nspec: {{schedule: '{schedule}', jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: b}}]}}}}}}}}}}\n"
    told = [one for one in ("JOB005", "JOB006") if found(tmp_path, {"a.yaml": text}, one)]
    assert told == [code] * bool(code)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("hostNetwork: true", True),
        ("hostNetwork: true\n      dnsPolicy: ClusterFirstWithHostNet", False),
        ("hostNetwork: false", False),
    ],
)
def test_a_pod_of_the_nodes_network_asks_the_nodes_dns_server(tmp_path: Path, spec: str, told: bool) -> None:
    text = workload("web", "web", spec=spec).replace(
        "image: 'b:1'", "image: 'b:1', args: ['--db=postgres://db.shop.svc:5432/x']"
    )
    assert bool(found(tmp_path, {"a.yaml": text}, "NET014")) == told


@pytest.mark.parametrize(
    ("volume", "note", "told"),
    [
        ("persistentVolumeClaim: {claimName: c}", "", ["warning"]),
        ("secret: {secretName: s}", "", ["info"]),
        ("emptyDir: {}", "", []),
        ("secret: {secretName: s}", """sidecar.istio.io/userVolumeMount: '{"v": {"mountPath": "/v"}}'""", []),
    ],
)
def test_a_volume_is_there_to_be_mounted(tmp_path: Path, volume: str, note: str, told: list[str]) -> None:
    text = workload("a", "a", spec=f"volumes: [{{name: v, {volume}}}]").replace(
        "{labels: {app: a, name: a}}", f"{{labels: {{app: a, name: a}}, annotations: {{{note}}}}}"
    )
    (tmp_path / "a.yaml").write_text(text)
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("CTR006",)))
    assert [str(one.severity) for one in report.findings] == told


def test_a_service_is_not_for_the_pods_of_a_job(tmp_path: Path) -> None:
    service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
    job = "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\nspec: {template: {metadata: {labels: {app: web}}, spec: {restartPolicy: Never, containers: [{name: a, image: b%s}]}}}\n"
    text = service + workload("web", "web")
    assert len(found(tmp_path, {"a.yaml": text + job % ""}, "LBL008")) == 1
    assert not found(tmp_path, {"a.yaml": text + job % ", ports: [{containerPort: 80}]"}, "LBL008")
    assert not found(tmp_path, {"a.yaml": service + job % ""}, "LBL008")
    assert not found(tmp_path, {"a.yaml": text, "b.yaml": job % ""}, "LBL008")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("replicas: 1", True),
        ("strategy: {type: Recreate}", False),
        ("strategy: {rollingUpdate: {maxSurge: 0%, maxUnavailable: 1}}", False),
        ("replicas: 0", False),
        ("replicas: 2", False),
    ],
)
def test_an_update_of_one_pod_may_need_its_volume_twice(tmp_path: Path, more: str, told: bool) -> None:
    text = claim() + workload("a", "a", more=more, spec=MOUNTS)
    assert bool(found(tmp_path, {"a.yaml": text}, "AVL023")) == told


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ("requests: {cpu: 100}", "container 'a' has a request of 100 CPUs"),
        ("limits: {memory: 512}", "container 'a' has a limit of 512 bytes of memory"),
        ("requests: {cpu: 64, memory: 1048576}", ""),
        ("limits: {memory: 128m}", ""),
        ("requests: {memory: 0}", ""),
    ],
)
def test_an_amount_without_its_unit(tmp_path: Path, resources: str, message: str) -> None:
    text = workload("a", "a").replace("requests: {cpu: 1, memory: 1Gi}", resources)
    assert [one for _, one in found(tmp_path, {"a.yaml": text}, "RES012")] == [message] * bool(message)


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ("name: metrics", ["namespace 'metrics' has no label 'name'"]),
        ("team: ops", []),
        ("kubernetes.io/metadata.name: metrics", []),
        ("name: kube-system", ["namespace 'kube-system' has no label 'name'"]),
        ("tier: default", []),
        ("name: not-in-the-input", []),
    ],
)
def test_a_policy_means_namespaces_by_labels_that_they_have(
    tmp_path: Path, labels: str, told: list[str]
) -> None:
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: metrics, labels: {team: ops}}\n"
    text = namespace + policy("a", "", f"to: [{{namespaceSelector: {{matchLabels: {{{labels}}}}}}}]")
    assert [message for _, message in found(tmp_path, {"a.yaml": text}, "LBL009")] == told
