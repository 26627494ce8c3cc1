"""What the API server says is what lint finds:
warnings, admission defaults, and one finding for one mistake, at its key.
"""

from pathlib import Path

import pytest

from kplan import pipeline
from kplan.apiserver.attributes import Chain
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.fieldpath import FieldPath
from kplan.kubectl.dry_run import dry_run
from kplan.kubectl.reading import Options
from kplan.lint.answers import ingress_class
from kplan.lint.selection import LintOptions
from kplan.state.store import Store

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: a, image: 'b:1'}\n"
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: a
  annotations:
    kubernetes.io/ingress.class: nginx
spec: {defaultBackend: {service: {name: a, port: {number: 80}}}}
"""


def a_cluster():
    return pipeline.open_state("nodes:1x2cpu,4Gi", Path())


def found(tmp_path, text, *select):
    (tmp_path / "a.yaml").write_text(text)
    options = LintOptions(select=select or ("API", "NAM", "OBJ", "YAML"))
    report = pipeline.lint(pipeline.load([str(tmp_path)]), options)
    return [(one.rule, one.location.line, one.location.column) for one in report.findings]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  good: YQ==\n  bad: not base64\n",
            (6, 8),
        ),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nbinaryData: {a: YQ}\n", (4, 17)),
        (POD.replace("'b:1'", "'b:1', resources: {limits: {memory: 2Gb}}"), (6, 58)),
        (POD + "  volumes: [{name: v, configMap: {name: c, defaultMode: '0400'}}]\n", (7, 57)),
        (POD + "  volumes: [{name: v, projected: {sources: [], defaultMode: x}}]\n", (7, 61)),
    ],
    ids=["secret", "binary", "quantity", "mode", "projected-mode"],
)
def test_value_that_cannot_be_read_is_one_finding_at_the_value(tmp_path, text, place):
    assert found(tmp_path, text) == [("API003", *place)]
    loaded = pipeline.load([str(tmp_path)])
    (refusal,) = pipeline.dry_run(loaded, a_cluster()).findings
    assert (refusal.rule, refusal.location.line, refusal.location.column) == ("API400", *place)


def test_item_of_a_list_has_its_own_places(tmp_path):
    text = """\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: Upper}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: a, labels: {tier: 'two words'}}
- {apiVersion: v1, kind: Secret, metadata: {name: b}, data: {k: '!'}}
"""
    assert found(tmp_path, text) == [("NAM001", 4, 54), ("NAM002", 7, 38), ("API003", 8, 65)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\n", [("API299", 1, 13)]),
        (
            "apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\nsubsets: [{addresses: [{ip: 127.0.0.1}]}]\n",
            [("API299", 1, 13), ("API422", 4, 29)],
        ),
        (
            INGRESS,
            [("API299", 6, 5)],
        ),
        (
            POD.replace("'b:1'", "'b:1', resources: {limits: {memory: 1500m}}"),
            [("API299", 6, 58)],
        ),
        (
            ("apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations:\n"
            "    service.kubernetes.io/topology-aware-hints: auto\n"
            "spec:\n  ports: [{port: 80}]\n  externalIPs: [10.0.0.1]\n"),
            [("API299", 6, 5), ("API299", 9, 3)],
        ),
        (
            ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
            "spec:\n  clusterIP: None\n  ports: [{port: 80}]\n  sessionAffinity: ClientIP\n"),
            [("API299", 7, 20)],
        ),
    ],
    ids=[
        "deprecated", "refused", "annotation", "copied-by-defaulting", "without-quotes-or-colon", "in-go-letters",
    ],
)  # fmt: skip
def test_warning_of_the_server_is_a_finding(tmp_path, text, expected):
    assert found(tmp_path, text) == expected


OF_ONES = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ones.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: ones, kind: One}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {a: SCHEMA}}}
"""
CLAIMED = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: a}
spec:
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: 'b:1'}]}}
  volumeClaimTemplates:
  - metadata: {name: v}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1500m}}}
"""
SCALER = """\
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: a}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, targetCPUUtilizationPercentage: -1}
"""
SLICE = """\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: a}
addressType: FQDN
endpoints: [{addresses: [a.example.com]}]
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (OF_ONES.replace("SCHEMA", "{type: txt}"), ("API422", 12, 69)),
        (OF_ONES.replace("SCHEMA", "{type: array}"), ("API422", 12, 59)),
        (OF_ONES.replace("SCHEMA", "{type: string, format: txt}"), ("API299", 12, 85)),
        (CLAIMED, ("API299", 9, 74)),
        (SCALER, ("API422", 4, 122)),
        (SLICE, ("API299", 4, 14)),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: 1.2.3, ports: [{port: 80}]}\n", ("API422", 4, 19)),
        (
            ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  type: LoadBalancer\n"
            "  loadBalancerSourceRanges: [10.0.0.0/33]\n  ports: [{port: 80}]\n"),
            ("API422", 6, 30),
        ),
        (POD + "  hostPID: true\n  shareProcessNamespace: true\n  securityContext: {}\n", ("API422", 8, 26)),
        (POD + "  volumes: [{name: v, emptyDir: {}}, {name: w, projected: {sources: [{}]}}]\n", ("API299", 7, 39)),
    ],
    ids=[
        "alike-versions", "required-there", "format", "claim-template", "older-version", "no-spec", "plural", "letters", "security-context", "volume",
    ],
)  # fmt: skip
def test_field_that_the_server_calls_otherwise_is_found_where_it_stands(tmp_path, text, expected):
    assert found(tmp_path, text, "API") == [expected]


def test_warning_that_a_definition_words_stands_at_the_version(tmp_path):
    text = OF_ONES.replace("SCHEMA", "{type: string}").replace(
        "    served:", "    deprecated: true\n    deprecationWarning: use v2\n    served:"
    )
    text += "---\napiVersion: example.com/v1\nkind: One\nmetadata: {name: b}\n"
    assert found(tmp_path, text, "API") == [("API299", 16, 13)]


def test_rule_that_says_what_the_server_warns_of_stands_alone(tmp_path):
    text = POD.replace("'b:1'", "'b:1', env: [{name: A, value: v}, {name: A, value: w}]")
    assert found(tmp_path, text, "API", "CTR") == [("CTR001", 6, 63)]


def test_a_constraint_without_a_selector_is_one_finding(tmp_path):
    spread = "  topologySpreadConstraints:\n  - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}\n"
    assert found(tmp_path, POD + spread, "API", "AVL012") == [("AVL012", 8, 6)]


def test_a_mounted_volume_with_a_mistake_is_not_missing_as_well(tmp_path):
    text = POD.replace("'b:1'", "'b:1', volumeMounts: [{name: v, mountPath: /v}, {name: w, mountPath: /w}]")
    wrong = "  volumes: [{name: v, secret: {secretName: s, defaultMode: 644}}]\n"
    assert found(tmp_path, text + wrong, "API", "REF007") == [("REF007", 6, 77), ("API422", 7, 60)]


def test_validation_sees_the_service_account_that_admission_fills_in(tmp_path):
    token = "  volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}]\n"
    assert found(tmp_path, POD + token) == []


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("enforce: restricted", []),
        ("enforce: strict", [("API422", 5, 48)]),
        ("warn-version: '1.36'", [("API422", 5, 53)]),
    ],
)
def test_levels_of_a_namespace_are_read_without_a_cluster(tmp_path, label, expected):
    text = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  labels: {pod-security.kubernetes.io/"
    assert found(tmp_path, f"{text}{label}}}\n") == expected


def test_refusal_keeps_its_warnings(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\nsubsets: [{addresses: [{ip: 127.0.0.1}]}]\n"
    )
    result = dry_run(pipeline.load([str(tmp_path)]).objects, Server(a_cluster().store), Options())
    assert [one.rule for one in result.diagnostics] == ["API422", "API299"]


BROKEN = {
    "document": ("{0}---\na: [\n---\n{1}", ["one"]),
    "item": ("apiVersion: v1\nkind: List\nitems:\n- {0:i}- metadata: {{name: x}}\n---\n{1}", []),
    "separator": ("{0}----\n{1}", []),
    "type": ("{0}---\nkind: ConfigMap\n---\n{1}", ["one"]),
}


@pytest.mark.parametrize(("text", "sent"), BROKEN.values(), ids=BROKEN)
def test_nothing_behind_a_broken_document_is_sent(tmp_path, text, sent):
    maps = [f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n" for name in ("one", "two")]
    text = text.replace("{0:i}", maps[0].replace("\n", "\n  ", 2)).replace("{{", "{").replace("}}", "}")
    (tmp_path / "a.yaml").write_text(text.replace("{0}", maps[0]).replace("{1}", maps[1]))
    (tmp_path / "b.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: beside}\n")
    loaded = pipeline.load([str(tmp_path)])
    expected = [*sent, "beside"]
    assert [one.name for one in loaded.sent] == expected
    asked = pipeline.dry_run(loaded, a_cluster())
    assert [one.value["metadata"]["name"] for one in asked.replies if one.value] == expected
    state = a_cluster()
    pipeline.apply(loaded, state)
    names = [one["metadata"]["name"] for one in state.store.list("", "ConfigMap", "default")]
    assert [name for name in names if name != "kube-root-ca.crt"] == expected


def asked(value):
    return Server(Store(), plugins=Chain()).create(value, dry_run=True)


@pytest.mark.parametrize("kind", ["Pod", "PodTemplate", "CronJob"])
def test_whole_pod_may_not_ask_for_ephemeral_storage(kind):
    spec = {
        "restartPolicy": "Never", "containers": [{"name": "a", "image": "b"}],
        "resources": {"requests": {"ephemeral-storage": "1Gi"}},
    }  # fmt: skip
    value = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec}
    if kind == "PodTemplate":
        value |= {"template": {"spec": value.pop("spec")}}
    elif kind == "CronJob":
        jobs = {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": spec}}}}
        value |= {"apiVersion": "batch/v1", "spec": jobs}
    with pytest.raises(StatusError, match='Unsupported value: "ephemeral-storage"'):
        asked(value)


@pytest.mark.parametrize("webhooks", [[], [{"rules": []}], [{"namespaceSelector": {"matchLabels": {}}}]])
def test_empty_list_counts_as_a_change_of_webhooks_every_time(webhooks):
    server = Server(Store(), plugins=Chain())
    usual = {
        "name": "a.b.c", "sideEffects": "None", "admissionReviewVersions": ["v1"],
        "clientConfig": {"url": "https://a.example.com/"},
    }  # fmt: skip
    value = {
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "a"}, "webhooks": [{**usual, **one} for one in webhooks],
    }  # fmt: skip
    stored = server.create(value).stored
    for generation in (2, 3):
        version = stored["metadata"]["resourceVersion"]
        stored = server.update({**value, "metadata": {"name": "a", "resourceVersion": version}}).stored
        assert stored["metadata"]["generation"] == generation


def test_integer_that_is_compared_with_a_fraction_is_shown_as_a_fraction_is():
    schema = {"type": "integer", "multipleOf": 1.5, "default": 10000000}
    value = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "a.example.com"},
        "spec": {
            "group": "example.com", "scope": "Cluster", "names": {"plural": "a", "kind": "A"},
            "versions": [
                {
                    "name": "v1", "served": True, "storage": True,
                    "schema": {"openAPIV3Schema": {"type": "object", "properties": {"size": schema}}},
                }
            ],
        },
    }  # fmt: skip
    with pytest.raises(StatusError, match=r"Invalid value: 1e\+07:  in body should be a multiple of 1.5"):
        asked(value)


def test_path_without_indices_is_the_same_mistake(tmp_path):
    owner = "{apiVersion: v1, kind: Pod, name: x}"
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, ownerReferences: [{owner}]}}\n"
    assert [rule for rule, *_ in found(tmp_path, text, "API")] == ["API004"]


@pytest.mark.parametrize(
    "spec", ["", "spec: {template: {spec: {serviceAccountName: a}}}\n"], ids=["no-spec", "no-selector"]
)
def test_part_of_an_object_in_a_folder_of_patches_is_a_patch(tmp_path, spec):
    (tmp_path / "patches").mkdir()
    text = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\n{spec}"
    (tmp_path / "patches" / "a.yaml").write_text(text)
    loaded = pipeline.load([str(tmp_path)])
    assert not loaded.objects
    assert [one.what for one in loaded.inputs.skipped] == ["patch"]


def service(**spec):
    fields = "".join(f", {name}: {value}" for name, value in spec.items())
    return f"apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{selector: {{app: a}}, ports: [{{port: 80}}]{fields}}}\n"


@pytest.mark.parametrize(
    "spec",
    [
        {"ipFamilyPolicy": "RequireDualStack"},
        {"ipFamilyPolicy": "RequireDualStack", "ipFamilies": "[IPv6, IPv4]"},
        {"ipFamilies": "[IPv6]"},
        {"clusterIP": "192.168.3.4"},
        {"clusterIP": '"fd12::7"'},
        {
            "ipFamilyPolicy": "PreferDualStack",
            "clusterIP": "192.168.3.4",
            "clusterIPs": '[192.168.3.4, "fd12::7"]',
        },
    ],
)
def test_addresses_of_services_are_the_clusters_business(tmp_path, spec):
    assert found(tmp_path, service(**spec)) == []


@pytest.mark.parametrize(
    "spec",
    [
        {"ipFamilyPolicy": "SingleStack", "ipFamilies": "[IPv4, IPv6]"},
        {"ipFamilies": "[IPv4, IPv4]"},
        {"clusterIP": "300.1.1.1"},
        {"ipFamilies": "[IPv6]", "clusterIP": "192.168.3.4"},
    ],
)
def test_addresses_that_no_cluster_takes_are_found(tmp_path, spec):
    assert [code for code, *_ in found(tmp_path, service(**spec))] == ["API422"]


def test_a_state_says_which_addresses_its_cluster_has(tmp_path):
    (tmp_path / "a.yaml").write_text(service(clusterIP="192.168.3.4"))
    ranges = {
        "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "kubernetes"},
        "spec": {"cidrs": ["10.96.0.0/16"]},
    }  # fmt: skip
    loaded, options = pipeline.load([str(tmp_path)]), LintOptions(select=("API",))
    (finding,) = pipeline.lint(loaded, options, cluster=[ranges]).findings
    assert (finding.rule, str(finding.path)) == ("API422", "spec.clusterIPs")
    other = {**ranges, "metadata": {"name": "more"}, "spec": {"cidrs": ["192.168.0.0/16"]}}
    assert not pipeline.lint(loaded, options, cluster=[other]).findings
    assert not pipeline.lint(loaded, options, cluster=[ranges, other]).findings


DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: PLURAL.GROUP}
spec:
  group: GROUP
  scope: Cluster
  names: {plural: PLURAL, singular: one, kind: KIND, listKind: OneList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: SCHEMA}
---
apiVersion: GROUP/v1
kind: KIND
metadata: {name: a}
"""


def custom(schema, spec, *, group="example.com", plural="ones", kind="One"):
    words = (("PLURAL", plural), ("GROUP", group), ("KIND", kind), ("SCHEMA", schema))
    text = DEFINITION
    for name, word in words:
        text = text.replace(name, word)
    return text + spec


def test_value_that_fits_no_alternative_is_one_finding_at_the_value(tmp_path):
    address = "{anyOf: [{format: ipv4}, {format: ipv6}], type: string}"
    schema = f"{{type: object, properties: {{spec: {{type: object, properties: {{address: {address}}}}}}}}}"
    text = custom(schema, "spec:\n  address: nowhere\n")
    assert found(tmp_path, text) == [("API422", 18, 12)]


def test_what_is_not_checked_because_of_a_mistake_is_no_second_one(tmp_path):
    rule = "x-kubernetes-validations: [{rule: 'self.least < 3', message: too many}]"
    schema = f"{{type: object, properties: {{spec: {{type: object, required: [least], {rule}, properties: {{least: {{type: integer, minimum: 1}}}}}}}}}}"
    assert found(tmp_path, custom(schema, "spec:\n  least: 0\n")) == [("API422", 18, 10)]


def test_labels_that_an_absent_selector_does_not_match_are_no_second_mistake(tmp_path):
    template = "template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: 'b:1'}]}}"
    text = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  {template}\n"
    assert [code for code, *_ in found(tmp_path, text, "API")] == ["API004"]


def test_fields_that_openshift_fills_in_are_not_missing(tmp_path):
    schema = "{type: object, required: [priority, allowHostIPC, volumes], properties: {priority: {type: integer, nullable: true}, allowHostIPC: {type: boolean}, volumes: {type: array, items: {type: string}}}}"
    names = {"plural": "securitycontextconstraints", "kind": "SecurityContextConstraints"}
    assert [code for code, *_ in found(tmp_path, custom(schema, "", **names))] == ["API422"] * 3
    assert found(tmp_path, custom(schema, "", group="security.openshift.io", **names)) == []


@pytest.mark.parametrize(("name", "moves"), [("nginx", True), ("gce", False), ("gce-internal", False)])
def test_a_class_moves_to_its_field_where_its_controller_looks_there(name, moves):
    path = FieldPath.of("metadata", "annotations").key("kubernetes.io/ingress.class")
    value = {"metadata": {"annotations": {"kubernetes.io/ingress.class": name}}}
    fix = ingress_class.correction("please use 'spec.ingressClassName' instead", path, value)
    assert (fix is not None) == moves


@pytest.mark.parametrize(
    ("rest", "sent"),
    [(" junk", ["a"]), (" junk: [", ["a"]), (",", ["a"]), (" {B} x", ["a", "b"]), ("\n{B}\n}", ["a", "b"]), (" x: [ {B}", ["a"])],
)  # fmt: skip
def test_what_stands_before_junk_in_its_line_is_sent(tmp_path: Path, rest: str, sent: list[str]) -> None:
    named = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s"}}'
    (tmp_path / "a.json").write_text(named % "a" + rest.replace("{B}", named % "b"))
    loaded = pipeline.load([str(tmp_path / "a.json")])
    assert [one.name for one in loaded.sent] == sent
    assert loaded.diagnostics


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("port: 99999", ["port"]),
        ("port: 99999, targetPort: 88888", ["port", "targetPort"]),
        ("port: 80, targetPort: 99999", ["targetPort"]),
    ],
)
def test_a_target_port_that_is_not_written_is_no_second_mistake(tmp_path, port, expected):
    (tmp_path / "a.yaml").write_text(service().replace("port: 80", port))
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("API",)))
    assert [str(one.path).rpartition(".")[2] for one in report.findings] == expected
