"""What lint knows of objects that nobody wrote:
pods of custom workloads, what controllers make, and what cannot be known.
"""

import json

import pytest

from kplan import pipeline
from kplan.cli.main import run
from kplan.lint.builtin import USUAL
from kplan.lint.selection import LintOptions
from kplan.schema.data import Table

CUSTOM = """\
apiVersion: {api_version}
kind: {kind}
metadata: {{name: web, namespace: shop}}
spec: {spec}
"""
POD = "metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'b:1', ports: [{name: http, containerPort: 80}]}]}"
SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: PORT}]}
"""
WORKLOADS = {
    "argoproj.io/v1alpha1 Rollout": f"{{selector: {{matchLabels: {{app: web}}}}, template: {{{POD}}}}}",
    "serving.knative.dev/v1 Configuration": f"{{template: {{{POD}}}}}",
    "apps.openshift.io/v1 DeploymentConfig": f"{{selector: {{app: web}}, template: {{{POD}}}}}",
    "keda.sh/v1alpha1 ScaledJob": f"{{jobTargetRef: {{template: {{{POD}}}}}}}",
    "batch.volcano.sh/v1alpha1 Job": f"{{tasks: [{{name: t, template: {{{POD}}}}}]}}",
    "kubeflow.org/v1 PyTorchJob": f"{{pytorchReplicaSpecs: {{Master: {{template: {{{POD}}}}}}}}}",
}


def found(tmp_path, text, *select, **options):
    (tmp_path / "a.yaml").write_text(text)
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=select, **options))
    return [(one.rule, one.message) for one in report.findings]


@pytest.mark.parametrize("kind", WORKLOADS)
def test_pods_of_custom_workloads_are_read(tmp_path, kind):
    api_version, _, name = kind.partition(" ")
    text = CUSTOM.format(api_version=api_version, kind=name, spec=WORKLOADS[kind]) + SERVICE
    assert not found(tmp_path, text.replace("PORT", "http"), "NET001", "LBL", "RES001,")
    (wrong,) = found(tmp_path, text.replace("PORT", "https"), "NET001")
    assert wrong == ("NET001", "no container of 'web' declares the port 'https'")
    assert [rule for rule, _ in found(tmp_path, text, "SEC003")] == ["SEC003"]


RAY = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: web, namespace: shop}
spec:
  headGroupSpec:
    template:
      spec:
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        resources: {limits: {memory: 1Gi}}
        containers: [{name: head, image: 'b:1', volumeMounts: [{name: own, mountPath: /a}]}]
        volumes: [{name: own, emptyDir: {}}]
  workerGroupSpecs:
  - template:
      spec:
        hostNetwork: true
        containers: [{name: worker, image: 'b:1', volumeMounts: [{name: models, mountPath: /a}, {name: own, mountPath: /b}]}]
        volumes: [{name: models, hostPath: {path: /models}}]
"""


def test_containers_of_several_templates_are_held_to_the_pod_that_each_is_in(tmp_path):
    (volume,) = found(tmp_path, RAY, "REF007")
    assert volume[1] == "container 'worker' mounts 'own', which is not a volume of the pod"
    for code in ("SEC003", "SEC010", "RES002"):
        ((_, message),) = found(tmp_path, RAY, code)
        assert message.startswith("container 'worker' ")
    ((_, message),) = found(tmp_path, RAY, "SEC007")
    assert message == "volume 'models' is the directory /models of the node"
    labelled = RAY.replace(
        "template:\n      spec:\n        hostNetwork",
        "template:\n      metadata: {labels: {a: 'b c'}}\n      spec:\n        hostNetwork",
    )
    assert [rule for rule, _ in found(tmp_path, labelled, "NAM002")] == ["NAM002"]
    ((_, message),) = found(tmp_path, RAY, "SEC006")
    assert message == "the pod shares the node's Network namespace"


def test_selector_of_a_custom_workload_is_held_to_its_template(tmp_path):
    spec = f"{{selector: {{matchLabels: {{app: other}}}}, template: {{{POD}}}}}"
    text = CUSTOM.format(api_version="argoproj.io/v1alpha1", kind="Rollout", spec=spec)
    assert [rule for rule, _ in found(tmp_path, text, "LBL001")] == ["LBL001"]


ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web, namespace: shop}
spec: {replicas: REPLICAS, %s}
"""
OWN = f"selector: {{matchLabels: {{app: web}}}}, template: {{{POD}}}"
NAMED = "workloadRef: {apiVersion: apps/v1, kind: Deployment, name: pods}"
NAMES = f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: pods, namespace: shop}}
spec: {{replicas: 1, selector: {{matchLabels: {{app: web}}}}, template: {{{POD}}}}}
"""
GUARD = """\
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
"""
LIKE_DEPLOYMENTS = ("PRB001", "PRB002", "AVL001", "AVL003", "AVL005", "AVL007", "AVL016", "NET006")


def test_rollout_is_held_to_the_rules_about_deployments(tmp_path):
    text = (ROLLOUT % OWN) + SERVICE.replace("PORT", "http")
    codes = {rule for rule, _ in found(tmp_path, text.replace("REPLICAS", "1"), *LIKE_DEPLOYMENTS)}
    assert codes == {"AVL001", "NET006", "PRB001", "PRB002"}
    codes = {rule for rule, _ in found(tmp_path, text.replace("REPLICAS", "2"), *LIKE_DEPLOYMENTS)}
    assert codes == {"AVL003", "AVL005", "NET006", "PRB001", "PRB002"}
    ((_, message),) = found(tmp_path, (ROLLOUT % OWN).replace("REPLICAS", "1"), "AVL007")
    assert message == "the Rollout runs one pod"


def test_rollout_runs_the_pods_of_the_deployment_that_it_names(tmp_path):
    text = (ROLLOUT % NAMED).replace("REPLICAS", "2") + NAMES + SERVICE.replace("PORT", "http")
    assert [rule for rule, _ in found(tmp_path, text, *LIKE_DEPLOYMENTS)].count("PRB001") == 1
    (spread,) = found(tmp_path, text, "AVL001", "AVL005", "AVL007")
    assert spread == ("AVL005", "nothing keeps the 2 replicas on different nodes")
    assert [rule for rule, _ in found(tmp_path, text, "AVL003")] == ["AVL003"]
    assert [rule for rule, _ in found(tmp_path, text + GUARD, "AVL002", "AVL003")] == ["AVL002"]
    assert not found(tmp_path, text.replace("replicas: 2", "replicas: 3") + GUARD, "AVL002", "AVL003")
    alone = (ROLLOUT % NAMED).replace("REPLICAS", "1") + NAMES + SERVICE.replace("PORT", "http")
    ((rule, message),) = found(tmp_path, alone, "AVL001")
    assert (rule, message) == ("AVL001", "Service 'front' has one pod to send requests to")


def test_rules_of_a_team_are_about_the_kinds_they_name(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.yaml").write_text((ROLLOUT % OWN).replace("REPLICAS", "1") + NAMES)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".kplan.yaml").write_text(
        "lint:\n  select: [ORG001]\n  rules:\n  - {code: ORG001, kinds: [Deployment.apps], expr: 'false', message: never}\n"
    )
    assert run(["lint", "-o", "concise"]) == 1
    assert [line.split("(")[-1] for line in capsys.readouterr().out.splitlines() if "ORG001" in line] == [
        "deployment.apps/pods -n shop)"
    ]


def test_configuration_says_what_a_kind_is_used_in_place_of(tmp_path, monkeypatch, capsys):
    text = CUSTOM.format(api_version="shop.example.com/v1", kind="App", spec=f"{{count: 2, pods: {{{POD}}}}}")
    (tmp_path / "a.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    row = "{templates: spec.pods, replicas: spec.count, like: Deployment.apps}"
    (tmp_path / ".kplan.yaml").write_text(
        f"lint:\n  select: [AVL003]\n  workloads:\n    App.shop.example.com: {row}\n"
    )
    run(["lint", "-o", "concise"])
    assert "no PodDisruptionBudget protects the 2 replicas" in capsys.readouterr().out


LIVE = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, uid: 6c8f}
spec:
  containers: [{name: a, image: 'b:1', livenessProbe: {tcpSocket: {port: 80}}, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}}]
  ephemeralContainers:
  - name: look
    image: busybox
    securityContext: {privileged: true}
    env: [{name: A, value: b}, {name: A, value: c}]
    volumeMounts: [{name: none, mountPath: /x}]
"""


def test_ephemeral_containers_are_looked_at_where_rules_can_be_about_them(tmp_path):
    about = {message for _, message in found(tmp_path, LIVE, "IMG001", "SEC001", "CTR001", "REF007")}
    assert about == {
        "image 'busybox' has no tag",
        "container 'look' is privileged",
        "container 'look' sets A twice",
        "container 'look' mounts 'none', which is not a volume of the pod",
    }
    assert not [one for one in found(tmp_path, LIVE, "RES", "PRB") if "look" in one[1]]


def test_ephemeral_containers_of_a_live_pod_are_no_mistake(tmp_path):
    assert not [one for one in found(tmp_path, LIVE, "API") if "set on create" in one[1]]
    assert [
        one for one in found(tmp_path, LIVE.replace(", uid: 6c8f", ""), "API") if "set on create" in one[1]
    ]


def test_configuration_adds_workloads(tmp_path, monkeypatch, capsys):
    text = CUSTOM.format(api_version="shop.example.com/v1", kind="App", spec=f"{{pods: {{{POD}}}}}")
    maps = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {volumes: [{name: v, configMap: {name: web-made}}]}\n"
    (tmp_path / "a.yaml").write_text(text + SERVICE.replace("PORT", "https") + maps)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".kplan.yaml").write_text(
        "lint:\n  select: [NET001, REF001]\n  workloads:\n    App.shop.example.com: {templates: spec.pods, creates: ['ConfigMap/{name}-made']}\n"
    )
    assert run(["lint", "-o", "concise"]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if ".yaml:" in line]
    assert [line.split()[2] for line in lines] == ["NET001:"]


STATEFUL = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: a, image: 'b:1'}], volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]}}
  volumeClaimTemplates: [{metadata: {name: data}}]
---
apiVersion: v1
kind: Service
metadata: {name: first}
spec: {selector: {LABEL}, ports: [{port: 80}]}
"""


@pytest.mark.parametrize(
    ("label", "wrong"),
    [
        ("statefulset.kubernetes.io/pod-name: db-0", False),
        ("statefulset.kubernetes.io/pod-name: web-0", True),
        ("app: db, apps.kubernetes.io/pod-index: '0'", False),
        ("app: other, apps.kubernetes.io/pod-index: '0'", True),
    ],
)
def test_labels_that_controllers_add_are_known(tmp_path, label, wrong):
    assert bool(found(tmp_path, STATEFUL.replace("LABEL", label), "LBL002")) == wrong


def test_claim_templates_take_the_place_of_volumes(tmp_path):
    assert not found(tmp_path, STATEFUL, "REF004")


NEEDS = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  containers: [{name: a, image: 'b:1'}]\n  volumes: [{name: v, secret: {secretName: keys}}]\n---\n"
MAKERS = {
    "certificate": "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a, namespace: shop}\nspec: {secretName: keys}\n",
    "external": "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a, namespace: shop}\nspec: {target: {name: keys}}\n",
    "sealed": "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: keys, namespace: shop}\nspec: {}\n",
    "annotated": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: shop, annotations: {cert-manager.io/issuer: x}}\nspec: {tls: [{hosts: [a.b], secretName: keys}]}\n",
    "served": "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop, annotations: {service.beta.openshift.io/serving-cert-secret-name: keys}}\nspec: {ports: [{port: 80}]}\n",
    "workbench": "apiVersion: kubeflow.org/v1\nkind: Notebook\nmetadata: {name: bench, namespace: shop}\nspec: {template: {spec: {containers: [{name: a, image: 'b:1'}]}}}\n",
    "operated": "apiVersion: monitoring.coreos.com/v1\nkind: Alertmanager\nmetadata: {name: main, namespace: shop}\nspec: {}\n",
}


@pytest.mark.parametrize("maker", MAKERS)
def test_secret_that_is_made_is_not_missing(tmp_path, maker):
    names = {"operated": "alertmanager-main-generated", "workbench": "bench-tls"}
    needs = NEEDS.replace("keys", names.get(maker, "keys"))
    assert not found(tmp_path, needs + MAKERS[maker], "REF002", show_unknown=True)
    elsewhere = MAKERS[maker].replace("namespace: shop", "namespace: other")
    assert [rule for rule, _ in found(tmp_path, needs + elsewhere, "REF002")] == ["REF002"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("metadata: {name: a}\nspec: {", True),
        ("metadata: {name: a, annotations: {image.openshift.io/triggers: '[]'}}\nspec: {", False),
        ("metadata: {name: a}\nspec: {triggers: [{type: ImageChange}], ", False),
    ],
)
def test_image_that_openshift_brings_may_be_a_blank(tmp_path, given, wrong):
    kind = "DeploymentConfig" if "ImageChange" in given else "Deployment"
    group = "apps.openshift.io/v1" if "ImageChange" in given else "apps/v1"
    pod = "template: {spec: {containers: [{name: a, image: ' '}]}}}\n"
    text = f"apiVersion: {group}\nkind: {kind}\n{given}{pod}"
    assert bool(found(tmp_path, text, "IMG006")) == wrong


def test_maker_of_unknown_objects_makes_an_absent_one_unknown(tmp_path):
    release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a, namespace: shop}\nspec: {}\n"
    assert not found(tmp_path, NEEDS + release, "REF002")
    (shown,) = found(tmp_path, NEEDS + release, "REF002", show_unknown=True)
    assert shown == (
        "REF002",
        "Secret 'keys' is not defined in the input (unknown: HelmRelease 'a' may create it)",
    )


@pytest.mark.parametrize(
    ("kind", "name", "namespace", "wrong"),
    [
        ("Role", "extension-apiserver-authentication-reader", "kube-system", False),
        ("Role", "extension-apiserver-authentication-reader", "shop", True),
        ("ClusterRole", "view", "shop", False),
        ("ClusterRole", "viewer", "shop", True),
        ("ClusterRole", "registry-viewer", "shop", False),
        ("ClusterRole", "extension-apiserver-authentication-reader", "kube-system", True),
        ("ClusterRole", "system::leader-locking-kube-scheduler", "shop", True),
        ("Role", "system:auth-delegator", "kube-system", True),
        ("Role", "system:controller:cloud-provider", "kube-system", False),
    ],
)
def test_bootstrap_roles_are_there(tmp_path, kind, name, namespace, wrong):
    text = (
        f"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: a, namespace: {namespace}}}\n"
        f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {kind}, name: {name}}}\n"
    )
    assert bool(found(tmp_path, text, "REF008")) == wrong


def test_state_takes_the_doubt_away(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(NEEDS.replace("shop", "kube-system"))
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: NAME, namespace: kube-system}\n"
    (tmp_path / "state").mkdir()
    for name, code in (("keys", 0), ("other", 1)):
        (tmp_path / "state" / "s.yaml").write_text(secret.replace("NAME", name))
        assert run(["lint", "a.yaml", "--select", "REF002", "--state", "state"]) == code
    assert "Secret 'keys' is not defined" in capsys.readouterr().out


BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: LEAST, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'b:1'}]}}
"""
SCALER = """\
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""


@pytest.mark.parametrize(
    ("least", "scaled", "message"),
    [
        ("75%", False, ""),
        ("76%", False, "minAvailable 76% (4 of 4) allows no eviction: 'web' has 4 replicas"),
        ("3", False, ""),
        ("1", True, ""),
        ("2", True, "minAvailable 2 allows no eviction: 'web' has 2 replicas"),
    ],
)
def test_budget_is_rounded_and_counted_as_the_controller_does(tmp_path, least, scaled, message):
    text = BUDGET.replace("LEAST", least) + SCALER * scaled
    assert found(tmp_path, text, "AVL002") == ([("AVL002", message)] if message else [])


def test_definition_that_stands_nearest_is_the_one_that_counts(tmp_path):
    definition = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: apps.example.com}
spec:
  {group: example.com, scope: Namespaced, names: {kind: App, plural: apps}, versions: [{name: v1, served: true, storage: true,
   schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {FIELD: {type: string}}}}}}}]}
---
apiVersion: example.com/v1
kind: App
metadata: {name: a}
spec: {FIELD: x}
"""
    for folder, name in (("old", "before"), ("new", "after")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text(definition.replace("FIELD", name))
    assert not pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("API",))).findings


SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object", "additionalProperties": False, "required": ["size"],
            "properties": {"size": {"oneOf": [{"type": "string"}, {"type": "integer"}]}, "age": {"type": ["integer", "null"]}},
        }
    },
}  # fmt: skip


@pytest.mark.parametrize(
    "file", ["example.com/app_v1.json", "app-example.com-v1.json", "app-example-v1.json", "app_v1.json"]
)
def test_catalogue_of_schemas_checks_custom_resources(tmp_path, monkeypatch, capsys, file):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schemas" / file).parent.mkdir(parents=True)
    (tmp_path / "schemas" / file).write_text(json.dumps(SCHEMA))
    app = "apiVersion: example.com/v1\nkind: App\nmetadata: {name: a}\nspec: SPEC\n"
    for spec, code in (("{size: 5, age: null}", 0), ("{size: big, age: old}", 1), ("{sise: 1}", 1)):
        (tmp_path / "a.yaml").write_text(app.replace("SPEC", spec))
        assert run(["lint", "a.yaml", "--crds", "schemas", "--select", "API"]) == code
    out = capsys.readouterr().out
    assert "spec.age is a string, not an integer" in out
    assert "unknown field 'spec.sise'" in out


def test_unknown_kind_is_one_note_and_no_failure(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    app = "apiVersion: example.com/v1\nkind: App\nmetadata: {name: NAME}\n---\n"
    (tmp_path / "a.yaml").write_text("".join(app.replace("NAME", name) for name in "abc"))
    assert run(["lint", "a.yaml", "-o", "concise"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_graph_shows_who_names_selects_and_makes_whom(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(
        BUDGET.replace("LEAST", "1") + SCALER + "---\n" + NEEDS + MAKERS["certificate"]
    )
    assert run(["graph", "-f", "a.yaml", "-o", "json"]) == 0
    graph = json.loads(capsys.readouterr().out)
    edges = {(one["source"], one["target"], one["what"]) for one in graph["edges"]}
    web = "Deployment.apps/default/web"
    assert ("PodDisruptionBudget.policy/default/web", web, "selects") in edges
    assert ("HorizontalPodAutoscaler.autoscaling/default/web", web, "spec.scaleTargetRef.name") in edges
    assert ("Pod/shop/p", "Secret/shop/keys", "spec.volumes[0].secret.secretName") in edges
    assert ("Certificate.cert-manager.io/shop/a", "Secret/shop/keys", "makes") in edges
    assert {one["id"]: one["status"] for one in graph["nodes"]}["Secret/shop/keys"] == "made"


@pytest.mark.parametrize("form", ["dot", "mermaid", "html"])
def test_graph_is_drawn_in_every_format(tmp_path, monkeypatch, capsys, form):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(NEEDS.replace("keys", 'a\\"b<c'))
    assert run(["graph", "-f", "a.yaml", "-o", form]) == 0
    out = capsys.readouterr().out
    assert out.startswith({"dot": "digraph", "mermaid": "flowchart", "html": "<!doctype html>"}[form])
    assert "missing" in out or "red" in out
    assert "b<c" not in out or form == "dot"


GATEWAY = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway}
spec:
  selector: {matchLabels: {istio: gateway}}
  template:
    metadata: {labels: {istio: gateway}, annotations: {NOTE}}
    spec: {containers: [{name: NAME, image: IMAGE, securityContext: {SECURITY}}]}
"""


_LACKING = {"SEC002", "SEC003", "SEC010", "SEC011", "RES001", "RES002"}


@pytest.mark.parametrize(
    ("name", "image", "note", "known"),
    [
        ("istio-proxy", "auto", "", set()),
        ("istio-proxy", "proxy", "", {*_LACKING, "IMG001"}),
        ("other", "auto", "", {*_LACKING, "IMG001"}),
        ("istio-proxy", "proxy", "inject.istio.io/templates: gateway", {"IMG001"}),
        ("istio-init", "proxy", "sidecar.istio.io/inject: 'true'", {"IMG001"}),
        ("istio-proxy", "proxy", "sidecar.istio.io/inject: 'true', sidecar.istio.io/status: x", {*_LACKING, "IMG001"}),
    ],
)  # fmt: skip
def test_container_that_istio_fills_in_lacks_nothing(tmp_path, name, image, note, known):
    def codes(security):
        text = GATEWAY
        for word, value in (("NAME", name), ("IMAGE", image), ("NOTE", note), ("SECURITY", security)):
            text = text.replace(word, value)
        return {one[0] for one in found(tmp_path, text, "SEC0", "RES", "IMG")}

    assert codes("") & {*_LACKING, "IMG001"} == known
    assert "SEC001" in codes("privileged: true")


@pytest.mark.parametrize(
    ("labels", "note", "fills"),
    [
        ("istio-injection: enabled", "", True),
        ("istio.io/rev: stable", "", True),
        ("istio-injection: disabled, istio.io/rev: stable", "", False),
        ("istio-injection: enabled", "sidecar.istio.io/inject: 'false'", False),
        ("istio-injection: enabled", "sidecar.istio.io/status: x", False),
        ("team: a", "", False),
    ],
)
def test_namespace_has_istio_fill_in_containers(tmp_path, labels, note, fills):
    namespace = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: default, labels: {{{labels}}}}}\n---\n"
    text = namespace + GATEWAY.replace("NAME", "istio-proxy").replace("IMAGE", "proxy:1").replace(
        "NOTE", note
    )
    lacks = {one[0] for one in found(tmp_path, text.replace("SECURITY", ""), "SEC0", "RES")} & _LACKING
    assert lacks == (set() if fills else _LACKING)


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("TOKEN", "INSERT_CLUSTER_TOKEN", False),
        ("TOKEN", "your-api-token", False),
        ("TOKEN", "REPLACE_ME", False),
        ("TOKEN", "@DB_TOKEN@", False),
        ("TOKEN", "yourtoken", True),
        ("PASSWORD", "insert-coin", True),
        ("PASSWORD", "changeme", True),
        ("MINIO_ACCESS_KEY", "minio", False),
        ("MINIO_SECRET_KEY", "minio123", True),
        ("AWS_SECRET_ACCESS_KEY", "a1b2c3", True),
        ("DB", "Server=db;User=app;Password=abc;", True),
        ("DB", "Server=db;User=app;Password=$(PASS);", False),
        ("DB", "Server=db;Pwd=<password>", False),
        ("DB", "Server=db;Trusted_Connection=yes", False),
        ("ALERTS", "https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/abcdefghijklmnopqrstuvwx", True),
        ("ALERTS", "https://hooks.slack.com/services/", False),
        ("SESSION", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.abcdefghijklmnopqrstuvwx", True),
        ("MAPS", "AIza" + "b" * 35, True),
    ],
)
def test_placeholder_is_no_secret(tmp_path, name, value, wrong):
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'b:1', env: [{name: NAME, value: 'VALUE'}]}]}\n"
    assert bool(found(tmp_path, pod.replace("NAME", name).replace("VALUE", value), "SEC009")) == wrong


def test_container_without_a_name_is_called_by_its_image(tmp_path):
    text = "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: hello}\nspec: {template: {spec: {containers: [{image: 'hello:1'}]}}}\n"
    (only,) = found(tmp_path, text, "RES002")
    assert only[1] == "the container of 'hello:1' has no memory limit"


def test_budgets_of_the_same_pods_are_told_of_one_by_one_but_not_in_every_pair(tmp_path):
    head = "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: {minAvailable: 1, selector: {matchLabels: {app: web}}}\n"
    several = "".join(f"{head}metadata: {{name: b{number}, namespace: shop}}\n" for number in range(20))
    for count, pairs in ((1, 0), (3, 3), (20, 1 + 2 + 17 * 3)):
        text = NAMES + "---\n".join(several.split("---\n")[: count + 1])
        assert len(found(tmp_path, text, "AVL006")) == pairs


ENCRYPTED = """\
apiVersion: v1
kind: Secret
metadata: {name: keys}
data: {token: 'ENC[AES256_GCM,data:c2hvcA==,iv:aXY=,tag:dGFn,type:str]'}
sops: {mac: 'ENC[AES256_GCM,data:bWFj,iv:aXY=,tag:dGFn,type:str]', lastmodified: '2026-01-01T00:00:00Z'}
"""


def test_what_sops_encrypted_is_not_held_to_what_it_looks_like(tmp_path):
    assert not found(tmp_path, ENCRYPTED, "API")
    unknown = found(tmp_path, ENCRYPTED, "API", show_unknown=True)
    assert sorted(unknown) == [
        ("API002", "unknown field 'sops' (unknown: SOPS decrypts it before it is applied)"),
        ("API003", "data[token] is not text in base64 (unknown: SOPS decrypts it before it is applied)"),
    ]
    plain = ENCRYPTED.replace("mac:", "mark:").replace("lastmodified:", "when:")
    assert {rule for rule, _ in found(tmp_path, plain, "API")} == {"API002", "API003"}


OPERATED = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: stores.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: stores, kind: Store, listKind: StoreList, singular: store}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator, namespace: shop}
spec:
  selector: {matchLabels: {app: operator, example.com/part: manager}}
  template: {metadata: {labels: {app: operator, example.com/part: manager}}, spec: {containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: v1
kind: Service
metadata: {name: stores, namespace: shop}
spec: {selector: {LABEL: one}, ports: [{port: 80}]}
"""


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        ("example.com/store", []),
        ("data.example.com/store", []),
        ("example.com/part", ["LBL002"]),
        ("app", ["LBL002"]),
    ],
)
def test_labels_of_a_group_that_the_input_defines_are_given_by_its_operator(tmp_path, label, codes):
    assert [rule for rule, _ in found(tmp_path, OPERATED.replace("LABEL", label), "LBL002")] == codes


CERTIFICATES = """\
apiVersion: batch/v1
kind: Job
metadata: {name: certificates, namespace: shop}
spec: {template: {spec: {serviceAccountName: certificates, restartPolicy: Never, containers: [{name: a, image: 'b:1'}]}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: certificates, namespace: shop}
rules: [{apiGroups: [''], resources: [secrets], verbs: [VERB]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: certificates, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: certificates}
subjects: [{kind: ServiceAccount, name: certificates, namespace: shop}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: a, image: 'b:1'}], volumes: [{name: v, secret: {secretName: NAME}}]}
"""


def test_secrets_may_be_made_by_pods_with_the_right_to(tmp_path):
    text = CERTIFICATES.replace("NAME", "web-tls")
    assert not found(tmp_path, text.replace("VERB", "create"), "REF002")
    ((_, message),) = found(tmp_path, text.replace("VERB", "create"), "REF002", show_unknown=True)
    assert (
        message == "Secret 'web-tls' is not defined in the input (unknown: Job 'certificates' may create it)"
    )
    assert [rule for rule, _ in found(tmp_path, text.replace("VERB", "get"), "REF002")] == ["REF002"]


@pytest.mark.parametrize("name", ["'<name of the Secret>'", "'${SECRET}'"])
def test_a_text_that_stands_for_a_name_names_nothing(tmp_path, name):
    assert not found(tmp_path, CERTIFICATES.replace("NAME", name).replace("VERB", "get"), "REF002")


POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: grafana}
spec: {podSelector: {matchLabels: {app: grafana}}}
"""


@pytest.mark.parametrize(("folder", "codes"), [("policies", []), ("examples/web", ["LBL004"])])
def test_objects_without_a_namespace_mean_pods_beside_them(tmp_path, folder, codes):
    for name, text in {
        "examples/web/web.yaml": f"apiVersion: v1\nkind: Pod\n{POD.replace(', spec:', chr(10) + 'spec:')}\n",
        f"{folder}/policy.yaml": POLICY,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(
            text.replace("metadata: {labels: {app: web}}", "metadata: {name: web, labels: {app: web}}")
        )
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("LBL004",)))
    assert [one.rule for one in report.findings] == codes


OPERATOR = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator, namespace: shop}
spec:
  selector: {matchLabels: {app: operator}}
  template: {metadata: {labels: {app: operator}}, spec: {serviceAccountName: operator, containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: operator}
rules: [{apiGroups: [apps], resources: [daemonsets], verbs: [VERB]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: operator}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: operator}
subjects: [{kind: ServiceAccount, name: operator, namespace: shop}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: agents, namespace: shop}
spec: {podSelector: {matchLabels: {app: operator}}, ingress: [{from: [{podSelector: {matchLabels: {app: agent}}}]}]}
"""

STRAY = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: www}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'b:1'}]}}
"""


def test_pods_may_be_made_by_a_program_with_the_right_to(tmp_path):
    text = OPERATOR.replace("VERB", "create")
    assert not found(tmp_path, text, "LBL005")
    ((_, message),) = found(tmp_path, text, "LBL005", show_unknown=True)
    assert message.endswith("matches app=agent (unknown: Deployment 'operator' may create it)")
    assert [rule for rule, _ in found(tmp_path, OPERATOR.replace("VERB", "get"), "LBL005")] == ["LBL005"]


def test_a_program_makes_no_pods_for_a_selector_that_is_misspelt(tmp_path):
    text = OPERATOR.replace("VERB", "create").replace("{app: agent}", "{app: opertor}")
    assert [rule for rule, _ in found(tmp_path, text, "LBL005")] == ["LBL005"]


def test_a_program_makes_no_pods_for_what_is_applied_elsewhere(tmp_path):
    for folder, text in (("tools/operator", OPERATOR.replace("VERB", "create")), ("apps/web/base", STRAY)):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "all.yaml").write_text(text)
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("LBL002",)))
    assert [(one.rule, one.message) for one in report.findings] == [
        ("LBL002", "no pod in namespace 'shop' has the labels app=www")
    ]


@pytest.mark.parametrize(("own", "codes"), [("operator", []), ("web", ["LBL005"])])
def test_a_policy_for_a_program_means_the_pods_that_it_makes(tmp_path, own, codes):
    program, _, policy = OPERATOR.replace("VERB", "create").rpartition("---\n")
    policy = policy.replace("{app: operator}}, ingress", f"{{app: {own}}}}}, ingress")
    other = program.split("---\n")[0].replace("name: operator, namespace", "name: second, namespace")
    other = other.replace("app: operator", "app: second")
    both = f"{program}---\n{other}---\n{STRAY}"  # both run with the right
    for folder, text in (("deploy/all", both), ("examples/policies/strict", policy)):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "all.yaml").write_text(text)
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("LBL004", "LBL005")))
    assert [one.rule for one in report.findings] == codes


@pytest.mark.parametrize(
    ("sign", "title"), [("\u00a0", "no-break space (U+00A0)"), ("\u200b", "zero width space (U+200B)")]
)
def test_signs_that_only_look_like_blanks_are_named(tmp_path, sign, title):
    (tmp_path / "a.yaml").write_text(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers: [{{name: a, image: b}}]\n  {sign}hostPID: true\n"
    )
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("API002",)))
    (finding,) = report.findings
    assert title in finding.help
    assert finding.fix is not None


def test_misspelt_names_of_what_the_cluster_brings_are_no_doubt(tmp_path):
    binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: %s, namespace: kube-system}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: '%s'}\n"
    names = (
        "extension-apiserver-authentication-readr",
        "extension-apiserver-authentication-reader",
        "system:controller:token-cleaner",
        "system:controller:token-cleanr",
        "system:openshift:made",
        "some-addon",
    )
    text = "---\n".join(binding % (f"b{number}", name) for number, name in enumerate(names))
    assert [message for _, message in found(tmp_path, text, "REF008")] == [
        f"Role {name!r} is not defined in the input" for name in (names[0], names[3])
    ]
    table = Table("kubernetes/rbac-1.36.json.gz")
    assert {one.rpartition("/")[2] for one in table} >= USUAL


LEADER = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: vault, namespace: shop}
spec:
  serviceName: vault
  selector: {matchLabels: {app: vault}}
  template: {metadata: {labels: {app: vault}}, spec: {serviceAccountName: vault, containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: vault, namespace: shop}
rules: [{apiGroups: [''], resources: [pods], verbs: [get, VERB]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: vault, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: vault}
subjects: [{kind: ServiceAccount, name: vault, namespace: shop}]
---
apiVersion: v1
kind: Service
metadata: {name: active, namespace: shop}
spec: {selector: {app: APP, vault-active: 'true'}, ports: [{port: 80}]}
"""


@pytest.mark.parametrize(
    ("verb", "app", "rules"),
    [("patch", "vault", []), ("list", "vault", ["LBL002"]), ("patch", "valt", ["LBL002"])],
)
def test_pods_with_the_right_to_may_label_themselves(tmp_path, verb, app, rules):
    text = LEADER.replace("VERB", verb).replace("APP", app)
    assert [rule for rule, _ in found(tmp_path, text, "LBL002")] == rules


AUTOSCALER = """apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""
SCALED = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 3, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'b:1'}]}}}
"""


@pytest.mark.parametrize(
    ("folder", "metadata", "codes"),
    [
        ("apps/scaling", "name: web", ["AVL004"]),
        ("apps/web/scaling/all", "name: web", []),
        ("apps/web/scaling/all", "name: web, namespace: default", []),
        ("apps/web/scaling/all", "name: web, namespace: shop", ["AVL004"]),
        ("apps/web", "name: web, uid: 0cb26bb0-1b3c-4b6c-8a6a-4d0f5a1a7a3e", []),
    ],
)
def test_an_autoscaler_scales_the_workload_that_belongs_to_it(tmp_path, folder, metadata, codes):
    for name, text in {"apps/web/web.yaml": SCALED, f"{folder}/scaler.yaml": AUTOSCALER}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text.replace("{name: web}", f"{{{metadata}}}", 1))
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("AVL004",)))
    assert [one.rule for one in report.findings] == codes


BINDING = """apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: read, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: reader, namespace: NAMESPACE}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: a, image: 'b:1'}]}
"""


@pytest.mark.parametrize(("namespace", "codes"), [("shop", ["REF003"]), ("monitoring", [])])
def test_a_binding_may_be_for_what_is_installed_apart_from_it(tmp_path, namespace, codes):
    text = BINDING.replace("NAMESPACE", namespace)
    assert [rule for rule, _ in found(tmp_path, text, "REF003")] == codes
    alone = text.partition("---")[0]
    assert not found(tmp_path, alone, "REF003")
    assert "stands beside it" in found(tmp_path, alone, "REF003", show_unknown=True)[0][1]


@pytest.mark.parametrize("name", ["${APP}", "<name>", "{{ .Name }}"])
def test_a_name_that_stands_for_another_is_to_be_replaced_first(tmp_path, name):
    (tmp_path / "a.yaml").write_text(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: '{name}', labels: {{a: '{name}'}}}}\n"
    )
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("NAM",)))
    assert [one.rule for one in report.findings] == ["NAM001", "NAM002"]
    assert all("replace it first" in one.help and name in one.message for one in report.findings)


def test_an_autoscaler_of_one_pod_keeps_one_pod(tmp_path):
    text = AUTOSCALER.replace("maxReplicas: 5", "maxReplicas: 1")
    assert found(tmp_path, text, "AVL011") == [("AVL011", "the autoscaler can only keep 1 pod")]


NEARLY = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec: {containers: [{name: a, image: 'b:1', envFrom: [{configMapRef: {name: settings}}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: NAME, namespace: shop}
"""


@pytest.mark.parametrize(
    ("name", "advice"), [("setting", "did you mean 'setting'?"), ("other", "add the ConfigMap to what is")]
)
def test_an_object_of_nearly_the_name_was_probably_meant(tmp_path, name, advice):
    (tmp_path / "a.yaml").write_text(NEARLY.replace("NAME", name))
    (one,) = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("REF001",))).findings
    assert one.help.startswith(advice)


@pytest.mark.parametrize(
    ("security", "reason", "why"),
    [
        ("privileged: true", "privileged: true", "is refused by the API server"),
        ("capabilities: {add: [NET_ADMIN, CAP_SYS_ADMIN]}", "CAP_SYS_ADMIN", "is refused by the API server"),
        ("capabilities: {add: [SYS_ADMIN]}", "SYS_ADMIN", "has no effect"),
    ],
)  # fmt: skip
def test_what_stands_against_forbidding_privileges_is_named_as_written(tmp_path, security, reason, why):
    path = tmp_path / "pod.yaml"
    spec = f"{{containers: [{{name: a, image: b, securityContext: {{{security}}}}}]}}"
    path.write_text(f"{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {spec}}}")
    (one,) = pipeline.lint(pipeline.load((str(path),)), LintOptions(select=("SEC002",))).findings
    assert one.help == f"remove `{reason}` first: beside it, to forbid the rest {why}."
    assert one.fix is None


@pytest.mark.parametrize(
    ("kind", "name", "namespace", "advice"),
    [
        ("ClusterRole", "system::leader-locking-kube-scheduler", "shop", "every cluster has it as a Role in kube-system"),
        ("Role", "extension-apiserver-authentication-reader", "shop", "every cluster has it as a Role in kube-system"),
        ("Role", "view", "shop", "every cluster has it as a ClusterRole"),
        ("Role", "system:auth-delegator", "shop", "every cluster has it as a ClusterRole"),
        ("Role", "system:controller:bootstrap-signer", "shop", "every cluster has it as a Role in kube-system and kube-public"),
    ],
)  # fmt: skip
def test_a_role_that_the_cluster_keeps_elsewhere_is_told_with_its_place(
    tmp_path, kind, name, namespace, advice
):
    (tmp_path / "a.yaml").write_text(
        f"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: a, namespace: {namespace}}}\n"
        f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {kind}, name: {name!r}}}\n"
    )
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("REF008",)))
    assert [one.help for one in report.findings] == [advice]


@pytest.mark.parametrize(
    ("kind", "name", "advice"),
    [
        ("Group", "system:authentificated", "did you mean 'system:authenticated'?"),
        ("Group", "system:anonymous", "it is the name of a User"),
        ("Group", "system:serviceaccount:shop:web", "name one by kind: ServiceAccount, name: web, namespace: shop"),
        ("Group", "system:serviceaccount:shop", "did you mean 'system:serviceaccounts:shop'?"),
        ("Group", "system:serviceaccountss:shop", "did you mean 'system:serviceaccounts:shop'?"),
        ("User", "system:serviceaccounts:shop", "the user of a ServiceAccount is system:serviceaccount:NAMESPACE:NAME"),
    ],
)  # fmt: skip
def test_a_subject_that_nobody_is_is_told_with_the_one_that_was_meant(tmp_path, kind, name, advice):
    (tmp_path / "a.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
        f"subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: {kind}, name: {name!r}}}]\n"
    )
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("RBA014",)))
    assert [one.help for one in report.findings] == [advice]


RUNTIME = """\
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: own}
handler: own
scheduling: {nodeSelector: {LABEL}}
"""
OF_RUNTIME = """\
apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec: {template: {spec: {restartPolicy: Never, SPEC, containers: [{name: a, image: 'b:1'}]}}}
"""


@pytest.mark.parametrize(
    ("spec", "label", "wrong"),
    [
        ("runtimeClassName: own", "kubernetes.io/os: windows", False),
        ("runtimeClassName: own", "kubernetes.io/os: linux", True),
        ("runtimeClassName: other", "kubernetes.io/os: windows", True),
        ("hostNetwork: false", "kubernetes.io/os: windows", True),
        ("nodeSelector: {beta.kubernetes.io/os: windows}", "", False),
    ],
)
def test_pods_of_a_runtime_class_for_windows_run_there(tmp_path, spec, label, wrong):
    text = OF_RUNTIME.replace("SPEC", spec) + RUNTIME.replace("LABEL", label)
    expected = ["SEC002", "SEC003", "SEC010", "SEC011"] if wrong else []
    assert (
        sorted(rule for rule, _ in found(tmp_path, text, *("SEC002", "SEC003", "SEC010", "SEC011")))
        == expected
    )


@pytest.mark.parametrize(
    ("api_version", "advice"),
    [
        ("apps/v1", None),
        ("extensions/v1beta1", "write apiVersion: apps/v1"),
        ("app/v1", "write apiVersion: apps/v1"),
    ],
)
def test_a_scale_target_of_another_group_is_told_with_its_own(tmp_path, api_version, advice):
    scaler = (
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, namespace: shop}\n"
        f"spec: {{maxReplicas: 2, scaleTargetRef: {{apiVersion: {api_version}, kind: Deployment, name: pods}}}}\n"
    )
    (tmp_path / "a.yaml").write_text(NAMES + scaler)
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("REF005",)))
    assert [one.help for one in report.findings] == ([advice] if advice else [])


@pytest.mark.parametrize(
    "volume",
    [
        "azureFile: {secretName: login, shareName: a}",
        "flexVolume: {driver: a/b, secretRef: {name: login}}",
        "iscsi: {targetPortal: a, iqn: a, lun: 0, secretRef: {name: login}}",
        "csi: {driver: a, nodePublishSecretRef: {name: login}}",
    ],
)
def test_a_volume_logs_in_with_a_secret(tmp_path, volume):
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
        f"spec: {{containers: [{{name: a, image: 'b:1'}}], volumes: [{{name: v, {volume}}}]}}\n"
    )
    assert found(tmp_path, text, "REF002") == [("REF002", "Secret 'login' is not defined in the input")]
