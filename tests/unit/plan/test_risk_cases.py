"""What each risk says and when it keeps silent, beyond its two examples."""

from pathlib import Path
from textwrap import dedent

import pytest

from kplan.api.gvk import ObjectKey
from kplan.plan.risk import Example
from planning import after_deleting, plan_of


def deployment(
    name: str = "web",
    more: str = "",
    pod: str = "",
    labels: str = "",
    image: str = "web:1",
    replicas: int = 2,
) -> str:
    return dedent(
        f"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {{name: {name}}}
        spec:
          replicas: {replicas}
          {more or "minReadySeconds: 0"}
          selector: {{matchLabels: {{app: {labels or name}}}}}
          template:
            metadata: {{labels: {{app: {labels or name}}}}}
            spec: {{containers: [{{name: c, image: '{image}'}}]{pod}}}
        ---
        """
    )


def stateful_set(image: str = "db:1", replicas: int = 1, name: str = "db") -> str:
    text = deployment(name, image=image, replicas=replicas).replace("kind: Deployment", "kind: StatefulSet")
    return text.replace("minReadySeconds: 0", f"serviceName: {name}")


def one(kind: str, name: str, rest: str = "", version: str = "v1", meta: str = "") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}{meta}}}\n{rest}\n---\n"


def service(name: str, app: str, more: str = "", port: str = "port: 80") -> str:
    return one("Service", name, f"spec: {{selector: {{app: {app}}}, ports: [{{{port}}}]{more}}}")


def budget(name: str, selector: str) -> str:
    return one("PodDisruptionBudget", name, f"spec: {{maxUnavailable: 1, selector: {selector}}}", "policy/v1")


def autoscaler(metric: str, target: str = "web") -> str:
    scaled = f"scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}"
    return one(
        "HorizontalPodAutoscaler",
        "web",
        f"spec: {{maxReplicas: 5, {scaled}, metrics: [{metric}]}}",
        "autoscaling/v2",
    )


def ingress(name: str, more: str = "", meta: str = "", host: str = "a.example.com") -> str:
    path = "{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}"
    rules = f"rules: [{{host: {host}, http: {{paths: [{path}]}}}}]"
    return one("Ingress", name, f"spec: {{{rules}{more}}}", "networking.k8s.io/v1", meta)


def cron_job(more: str) -> str:
    pod = "{spec: {restartPolicy: Never, containers: [{name: c, image: c}]}}"
    return one(
        "CronJob",
        "job",
        f"spec: {{schedule: '0 0 * * *', {more}, jobTemplate: {{spec: {{template: {pod}}}}}}}",
        "batch/v1",
    )


def webhook(more: str = "", kind: str = "ValidatingWebhookConfiguration", resources: str = "pods") -> str:
    hook = (
        "{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], "
        "clientConfig: {service: {namespace: default, name: hook}}, "
        f"rules: [{{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: [{resources}]}}]{more}}}"
    )
    return one(kind, "hook", f"webhooks: [{hook}]", "admissionregistration.k8s.io/v1")


def asking(cpu: str) -> str:
    resources = f"resources: {{requests: {{cpu: {cpu}}}}}"
    more = "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}"
    return deployment(more=more, replicas=3).replace("name: c, image", f"name: c, {resources}, image")


def daemon_set(pod: str = "") -> str:
    return (
        deployment("agent", pod=pod).replace("kind: Deployment", "kind: DaemonSet").replace("replicas: 2", "")
    )


NOTHING = one("ConfigMap", "nothing")
CPU_SHARE = "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}"
HOOK = service("hook", "hook", port="port: 443") + deployment("hook")
HOST_PORT = "ports: [{containerPort: 80, hostPort: 30080}]"
WIDGETS = one(
    "CustomResourceDefinition",
    "widgets.example.com",
    "spec: {group: example.com, scope: Namespaced, names: {plural: widgets, singular: widget, kind: Widget}, "
    "versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}",
    "apiextensions.k8s.io/v1",
)
NODES = "".join(
    one(
        "Node",
        name,
        "status: {capacity: {cpu: '4', memory: 8Gi, pods: '110'}, conditions: [{type: Ready, status: 'True'}]}",
    )
    for name in ("n1", "n2")
)
LOST_PORT = (
    ": its target port is a name that no ready pod has before new pods are there "
    "(a number as targetPort is served by both)"
)
OPEN_CONTROL_PLANE = NODES.replace(
    "name: n2", "name: n2, labels: {node-role.kubernetes.io/control-plane: ''}"
)
TOLERATES = "{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}"


def with_env(name: str, reference: str) -> str:
    env = f"[{{name: A, valueFrom: {{{reference}}}}}]"
    return deployment(name).replace("name: c, image", f"name: c, env: {env}, image")


def host_port(name: str, port: str = HOST_PORT, pod: str = "", replicas: int = 2) -> str:
    return deployment(name, replicas=replicas, pod=pod).replace("name: c, image", f"name: c, {port}, image")


def found(code: str, prior: str, applied: str, folder: Path, scenario: str = "") -> list[str]:
    plan = plan_of(Example(prior, applied, scenario), folder)
    return [
        f"{risk.object.kind} {risk.object.name}: {risk.message}" for risk in plan.risks if risk.code == code
    ]


CASES = {
    "a quota that is used up more or less on the way": (
        "PLN005",
        one("ResourceQuota", "cpu", "spec: {hard: {requests.cpu: 1500m}}") + asking("500m"),
        asking("700m"),
        [
            ('Deployment web: has 0 of 3 pods updated, 2 old pods left: pods "web-69bcd44885-*" is forbidden: exceeded quota: cpu, requested: '
            "requests.cpu=700m, used: requests.cpu=1, limited: requests.cpu=1500m")
        ],
    ),
    "a node selector that no node has any more": (
        "PLN036", daemon_set(), daemon_set(", nodeSelector: {disk: ssd, zone: a}"),
        ["DaemonSet agent: has pods on none of the 3 nodes: no node has the labels of its nodeSelector: disk=ssd, zone=a"],
    ),
    "an affinity that no node has": (
        "PLN036", "", daemon_set(
            ", affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
            "{nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: Exists}]}]}}}"
        ),
        ["DaemonSet agent: has pods on none of the 3 nodes: their taints or its node affinity keep its pods off"],
    ),
    "a DaemonSet with pods everywhere": ("PLN036", "", daemon_set(), []),
    "an only pod of a StatefulSet": (
        "PLN013", stateful_set("db:1"), stateful_set("db:2"),
        ["StatefulSet db: has 0 of 1 pods ready for a while: its only pod stops before the new one starts"],
    ),
    "two pods of a StatefulSet": ("PLN013", stateful_set("db:1", 2), stateful_set("db:2", 2), []),
    "all pods at once": (
        "PLN013",
        deployment(more="strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 100%}}"),
        deployment(more="strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 100%}}", image="web:2"),
        ["Deployment web: has 0 of 2 pods ready for a while: maxUnavailable 100% lets all pods go at once"],
    ),
    "an only pod with surge": ("PLN013", deployment(replicas=1), deployment(replicas=1, image="web:2"), []),
    "a target port by a name that only new pods have": (
        "PLN013", deployment().replace("name: c, image", "name: c, ports: [{name: http, containerPort: 80}], image")
        + service("web", "web", port="port: 80, targetPort: http"),
        deployment().replace("name: c, image", "name: c, ports: [{name: web, containerPort: 80}], image")
        + service("web", "web", port="port: 80, targetPort: web"),
        [f"Service web: has no ready endpoint for a while{LOST_PORT}"],
    ),
    "a target port by number while its name changes": (
        "PLN013", deployment().replace("name: c, image", "name: c, ports: [{name: http, containerPort: 80}], image") + service("web", "web"),
        deployment().replace("name: c, image", "name: c, ports: [{name: web, containerPort: 80}], image"), [],
    ),
    "scaled to nothing": ("PLN013", deployment(), deployment(replicas=0), []),
    "a Service switched to other pods": (
        "PLN013", deployment("blue") + deployment("green") + service("web", "blue"), service("web", "green"), [],
    ),
    "a budget for everything": (
        "PLN014", deployment() + budget("all", "{}"), budget("web", "{matchLabels: {app: web}}"),
        ["Deployment web: no pod of it can be evicted, for 2 budgets select them: all and web"],
    ),
    "a budget for other pods": (
        "PLN014", deployment() + budget("web", "{matchLabels: {app: web}}"), budget("db", "{matchLabels: {app: db}}"), [],
    ),
    "two autoscalers of one target": (
        "PLN015", deployment() + autoscaler(CPU_SHARE), autoscaler(CPU_SHARE).replace("name: web}", "name: b}", 1),
        ["Deployment web: is not scaled by load: 2 autoscalers find its pods: web and b"],
    ),
    "two autoscalers whose targets share pods": (
        "PLN015", deployment() + deployment("site", labels="web") + autoscaler(CPU_SHARE),
        autoscaler(CPU_SHARE, "site").replace("name: web}", "name: b}", 1),
        [
            "Deployment web: is not scaled by load, nor is deployment/site: 2 autoscalers find pods of each other: web and b"
        ],
    ),
    "two autoscalers of two targets": (
        "PLN015", deployment() + deployment("site") + autoscaler(CPU_SHARE),
        autoscaler(CPU_SHARE, "site").replace("name: web}", "name: b}", 1), [],
    ),
    "an absolute target needs no request": (
        "PLN018", deployment(), autoscaler("{type: Resource, resource: {name: cpu, target: {type: AverageValue, averageValue: 1}}}"), [],
    ),
    "one container is measured": (
        "PLN018", deployment(),
        autoscaler("{type: ContainerResource, containerResource: {name: cpu, container: c, target: {type: Utilization, averageUtilization: 5}}}"),
        ["HorizontalPodAutoscaler web: cannot measure cpu: container 'c' of deployment.apps/web -n default requests none"],
    ),
    "a key that is missing": (
        "PLN019", one("Secret", "s", "stringData: {a: planted-value}"), with_env("web", "secretKeyRef: {name: s, key: b}"),
        ["Deployment web: has 0 of 2 pods ready: names key 'b' of secret/s -n default, which has no such key"],
    ),
    "a key that is there": (
        "PLN019", one("Secret", "s", "stringData: {b: planted-value}"), with_env("web", "secretKeyRef: {name: s, key: b}"), [],
    ),
    "an optional key": ("PLN019", "", with_env("web", "secretKeyRef: {name: s, key: b, optional: true}"), []),
    "a claim": (
        "PLN019", "", deployment(pod=", volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]"),
        ["Deployment web: has 0 of 2 pods ready, leaves 2 pods pending: names persistentvolumeclaim/data -n default, which is not there"],
    ),
    "a class of volumes": (
        "PLN019", "",
        one("PersistentVolumeClaim", "data", "spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"),
        ["PersistentVolumeClaim data: names storageclass.storage.k8s.io/fast, which is not there"],
    ),
    "a scale target": (
        "PLN019", "", autoscaler(CPU_SHARE, "nobody"),
        ["HorizontalPodAutoscaler web: names deployment.apps/nobody -n default, which is not there"],
    ),
    "what an Ingress names": (
        "PLN019", "", ingress("web", ", ingressClassName: nginx, tls: [{secretName: cert}]"),
        [
            "Ingress web: names ingressclass.networking.k8s.io/nginx, which is not there",
            "Ingress web: names secret/cert -n default, which is not there",
            "Ingress web: names service/web -n default, which is not there",
        ],
    ),
    "a certificate that is still to be issued": (
        "PLN019", service("web", "web"),
        ingress("web", ", tls: [{secretName: cert}]", ", annotations: {cert-manager.io/issuer: a}"), [],
    ),
    "selectors of two namespaces": (
        "PLN026", deployment() + one("Namespace", "other"),
        deployment("site", labels="web").replace("name: site", "name: site, namespace: other", 1), [],
    ),
    "a headless Service beside another": (
        "PLN027", service("web", "web"), service("web-pods", "web", ", clusterIP: None"), [],
    ),
    "another port": ("PLN027", service("web", "web"), service("admin", "web", port="port: 81"), []),
    "a host port that is a node port": (
        "PLN028", service("web", "web", ", type: NodePort", "port: 80, nodePort: 30080"), host_port("agent"),
        ["Deployment agent: wants host port 30080/TCP, as does service/web -n default as its node port"],
    ),
    "two host ports with room": ("PLN028", host_port("a", replicas=1), host_port("b", replicas=1), []),
    "two host ports without room": (
        "PLN028", host_port("a"), host_port("b"),
        ["Deployment b: has 1 of 2 pods ready, leaves 1 pod pending: wants host port 30080/TCP, as does deployment.apps/a -n default"],
    ),
    "two host ports of other protocols": ("PLN028", host_port("a"), host_port("b", HOST_PORT.replace("hostPort", "protocol: UDP, hostPort")), []),
    "host ports of two addresses": (
        "PLN028", host_port("a", HOST_PORT.replace("hostPort", "hostIP: 10.0.0.1, hostPort")),
        host_port("b", HOST_PORT.replace("hostPort", "hostIP: 10.0.0.2, hostPort")), [],
    ),
    "host ports of nodes that labels tell apart": (
        "PLN028", host_port("a", pod=", nodeSelector: {disk: ssd}"), host_port("b", pod=", nodeSelector: {disk: hdd}"), [],
    ),
    "routes of two classes": ("PLN029", ingress("a", ", ingressClassName: x"), ingress("b", ", ingressClassName: y"), []),
    "a class as annotation": (
        "PLN029", ingress("a", ", ingressClassName: x"), ingress("b", "", ", annotations: {kubernetes.io/ingress.class: x}"),
        ["Ingress b: routes a.example.com/, as ingress.networking.k8s.io/a -n default does"],
    ),
    "a canary": ("PLN029", ingress("a"), ingress("b", "", ", annotations: {nginx.ingress.kubernetes.io/canary: 'true'}"), []),
    "a suspended CronJob": ("PLN031", "", cron_job("suspend: true"), ["CronJob job: is suspended: no Job is started"]),
    "a short deadline": (
        "PLN031", "", cron_job("startingDeadlineSeconds: 5"),
        ["CronJob job: may skip every run: startingDeadlineSeconds is 5, and the controller looks every 10 seconds"],
    ),
    "a deadline long enough": ("PLN031", "", cron_job("startingDeadlineSeconds: 10"), []),
    "all pods on one node": (
        "PLN032", NODES, deployment(pod=", nodeName: n2"), ["Deployment web: has all of its 2 pods on node 'n2'"],
    ),
    "pods on both nodes": ("PLN032", NODES, deployment(), []),
    "the cluster's own, on a control plane that takes pods": (
        "PLN032", OPEN_CONTROL_PLANE, deployment(pod=f", nodeName: n2, tolerations: [{TOLERATES}]"), [],
    ),
    "an application on a control plane that takes pods": (
        "PLN032", OPEN_CONTROL_PLANE, deployment(pod=", nodeName: n2"), ["Deployment web: has all of its 2 pods on node 'n2'"],
    ),
    "a worker of which the taint is tolerated": (
        "PLN032", NODES, deployment(pod=f", nodeName: n2, tolerations: [{TOLERATES}]"),
        ["Deployment web: has all of its 2 pods on node 'n2'"],
    ),
    "the only node": ("PLN032", NODES.partition("---\n")[0], deployment(), []),
    "a webhook that spares its namespace": (
        "PLN033", HOOK,
        webhook(", namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [default]}]}"), [],
    ),
    "a webhook that spares its pods": (
        "PLN033", HOOK, webhook(", objectSelector: {matchExpressions: [{key: app, operator: NotIn, values: [hook]}]}"), [],
    ),
    "a webhook about something else": ("PLN033", HOOK, webhook(resources="configmaps"), []),
    "a mutating webhook": (
        "PLN033", HOOK, webhook(kind="MutatingWebhookConfiguration", resources="'*'"),
        ["MutatingWebhookConfiguration hook: webhook 'a.example.com' guards the pods that serve it: deployment.apps/hook -n default"],
    ),
    "a definition in the same apply": ("PLN034", "", WIDGETS + one("Widget", "blue", version="example.com/v1"), []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_found(name: str, tmp_path: Path) -> None:
    code, prior, applied, expected = CASES[name]
    messages = found(code, prior, applied, tmp_path)
    assert sorted(messages) == expected
    assert "planted" not in str(messages)


def test_each_missing_thing_is_compared_by_itself(tmp_path: Path) -> None:
    env = [
        f"{{name: {name.upper()}, valueFrom: {{configMapKeyRef: {{name: {name}, key: k}}}}}}"
        for name in ("a", "b")
    ]
    before = deployment().replace("name: c, image", f"name: c, env: [{env[0]}], image")
    after = deployment().replace("name: c, image", f"name: c, env: [{', '.join(env)}], image")
    plan = plan_of(Example(before, after), tmp_path)
    assert [(one.status, one.message) for one in plan.risks if one.code == "PLN019"] == [
        ("new", "names configmap/b -n default, which is not there"),
        (
            "existing",
            "has 1 of 2 pods updated, 1 of them not ready, 2 old pods left: names configmap/a -n default, which is not there",
        ),
    ]


def test_errors_come_before_notes(tmp_path: Path) -> None:
    plan = plan_of(
        Example("", cron_job("suspend: true") + with_env("web", "configMapKeyRef: {name: s, key: b}")),
        tmp_path,
    )
    severities = [one.severity for one in plan.risks if one.status == "new"]
    assert severities == sorted(severities, key=lambda one: one.rank)
    assert len(set(severities)) == 2


WEB = ObjectKey("apps", "Deployment", "default", "web")
CLAIM = "spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}"
CLASS = one("StorageClass", "fast", "provisioner: example.com/disk\nreclaimPolicy: %s", "storage.k8s.io/v1")


def messages(code: str, prior: str, folder: Path, *keys: ObjectKey, policy: str = "Background") -> list[str]:
    risks = after_deleting(prior, folder, *keys, policy=policy)
    assert {one.status for one in risks if one.code == code} <= {"new"}
    return [f"{one.object.kind} {one.object.name}: {one.message}" for one in risks if one.code == code]


def test_a_deletion_counts_what_it_takes_along(tmp_path: Path) -> None:
    assert messages("PLN022", deployment(), tmp_path, WEB) == [
        "Deployment web: is deleted with 2 Pods, 1 ReplicaSet"
    ]


def test_an_orphaning_deletion_takes_nothing_along(tmp_path: Path) -> None:
    assert messages("PLN022", deployment(), tmp_path, WEB, policy="Orphan") == []


def test_an_orphaning_deletion_leaves_orphans(tmp_path: Path) -> None:
    assert messages("PLN024", deployment(), tmp_path, WEB, policy="Orphan") == [
        "Deployment web: loses 1 ReplicaSet, which nobody controls any more: web-56bc84c78"
    ]


def test_a_namespace_counts_all_that_is_in_it(tmp_path: Path) -> None:
    inner = (deployment() + one("ConfigMap", "a")).replace(
        "metadata: {name: ", "metadata: {namespace: shop, name: "
    )
    (message,) = messages(
        "PLN022", one("Namespace", "shop") + inner, tmp_path, ObjectKey("", "Namespace", "", "shop")
    )
    assert message.startswith(
        "Namespace shop: is deleted with 2 ConfigMaps, 1 Deployment, 2 Pods, 1 ReplicaSet"
    )


def test_a_deleted_pod_that_comes_back_is_no_cascade(tmp_path: Path) -> None:
    assert messages("PLN022", stateful_set(), tmp_path, ObjectKey("", "Pod", "default", "db-0")) == []


@pytest.mark.parametrize(("policy", "lost"), [("Delete", 1), ("Retain", 0)])
def test_a_claim_loses_its_data_where_the_volume_goes_with_it(policy: str, lost: int, tmp_path: Path) -> None:
    pod = ", volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]"
    prior = CLASS % policy + one("PersistentVolumeClaim", "data", CLAIM) + deployment(pod=pod, replicas=1)
    keys = (WEB, ObjectKey("", "PersistentVolumeClaim", "default", "data"))
    assert len(messages("PLN021", prior, tmp_path, *keys)) == lost


def test_a_namespace_goes_with_the_data_of_its_claims(tmp_path: Path) -> None:
    claims = "".join(
        one("PersistentVolumeClaim", name, CLAIM, meta=", namespace: shop") for name in ("a", "b")
    )
    prior = CLASS % "Delete" + one("Namespace", "shop") + claims
    assert messages("PLN021", prior, tmp_path, ObjectKey("", "Namespace", "", "shop")) == [
        "Namespace shop: is deleted with the data of 2 claims"
    ]


def test_a_definition_goes_with_its_objects(tmp_path: Path) -> None:
    prior = WIDGETS + "".join(one("Widget", name, version="example.com/v1") for name in ("a", "b"))
    key = ObjectKey("apiextensions.k8s.io", "CustomResourceDefinition", "", "widgets.example.com")
    assert messages("PLN021", prior, tmp_path, key) == [
        "CustomResourceDefinition widgets.example.com: is deleted with 2 Widget objects"
    ]


def test_a_finalizer_that_nobody_serves_holds_an_object_and_its_namespace(tmp_path: Path) -> None:
    held = one("ConfigMap", "a", meta=", namespace: shop, finalizers: [example.com/backup]")
    prior = one("Namespace", "shop") + held
    assert messages("PLN023", prior, tmp_path, ObjectKey("", "Namespace", "", "shop")) == [
        "Namespace shop: stays, marked for deletion, with configmap/a, until somebody removes finalizer example.com/backup"
    ]


def test_pods_that_an_adopting_controller_deletes_are_told_of(tmp_path: Path) -> None:
    labels = ", labels: {app: web}"
    pods = "".join(
        one("Pod", name, "spec: {containers: [{name: c, image: c}]}", meta=labels) for name in ("a", "b", "c")
    )
    applied = deployment(replicas=1).replace("kind: Deployment", "kind: ReplicaSet")
    assert found("PLN025", pods, applied, tmp_path) == [
        "ReplicaSet web: takes over 3 pods that it did not create"
    ]
