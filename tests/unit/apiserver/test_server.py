"""The chain a request passes: what is stored, what is answered, and what is refused in which words."""

from pathlib import Path
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.client import LocalClient
from kplan.apiserver.errors import StatusError
from kplan.apiserver.fast_path.admission import Admission
from kplan.apiserver.server import Server
from kplan.state.store import Store


def config_map(name: str = "one", **more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **more}, "data": {"a": "1"}}


def deployment(name: str = "web", replicas: int = 2) -> dict[str, Any]:
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "c", "image": "i:1"}]},
    }
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def refused(answer: Any, *arguments: Any, **options: Any) -> StatusError:
    with pytest.raises(StatusError) as caught:
        answer(*arguments, **options)
    return caught.value


def key(name: str, kind: str = "ConfigMap", group: str = "") -> ObjectKey:
    return ObjectKey(group, kind, "default", name)


def test_a_class_of_service_that_a_pod_is_given_is_believed(server: Server) -> None:
    spec = {"containers": [{"name": "c", "image": "i:1", "resources": {"requests": {"cpu": "1"}}}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}
    assert server.create(pod, dry_run=True).value["status"]["qosClass"] == "Burstable"
    given = {**pod, "status": {"qosClass": "BestEffort", "phase": "Running"}}
    assert server.create(given, dry_run=True).value["status"] == {
        "phase": "Pending",
        "qosClass": "BestEffort",
    }


def test_create_fills_in_identity_and_defaults(server: Server) -> None:
    answer = server.create(deployment())
    metadata, spec = answer.value["metadata"], answer.value["spec"]
    assert answer.created
    assert metadata["creationTimestamp"] == "2026-03-04T05:06:07Z"
    assert (metadata["namespace"], metadata["generation"]) == ("default", 1)
    assert metadata["uid"]
    assert metadata["resourceVersion"] == str(server.store.revision)
    assert spec["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"},
    }
    assert spec["template"]["spec"]["dnsPolicy"] == "ClusterFirst"
    assert answer.value["status"] == {}


def test_the_same_requests_make_the_same_cluster() -> None:
    def run() -> list[Any]:
        made = Server(Store())
        made.load([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}])
        return [made.create(config_map("", generateName="x-")).value for _ in range(3)]

    first = run()
    assert first == run()
    assert len({value["metadata"]["name"] for value in first}) == 3
    assert all(len(value["metadata"]["name"]) == len("x-") + 5 for value in first)


def test_a_dry_run_answers_as_the_real_run_and_stores_nothing(server: Server) -> None:
    dry = server.create(config_map(), dry_run=True).value
    assert server.find(key("one")) is None
    real = server.create(config_map()).value
    del real["metadata"]["resourceVersion"]
    assert dry == real


def test_updates_count_the_generation_only_where_the_spec_changes(server: Server) -> None:
    server.create(deployment())
    same = server.update(deployment()).value
    assert same["metadata"]["generation"] == 1
    labelled = deployment()
    labelled["metadata"]["labels"] = {"a": "b"}
    assert server.update(labelled).value["metadata"]["generation"] == 1
    assert server.update(deployment(replicas=3)).value["metadata"]["generation"] == 2


def test_an_update_without_change_keeps_the_version(server: Server) -> None:
    before = server.create(config_map()).value["metadata"]["resourceVersion"]
    assert server.update(config_map()).value["metadata"]["resourceVersion"] == before


def test_status_belongs_to_its_subresource(server: Server) -> None:
    made = server.create({**deployment(), "status": {"replicas": 9}}).value
    assert made["status"] == {}
    status = {**deployment(), "status": {"replicas": 2}}
    status["spec"]["replicas"] = 7
    updated = server.update(status, subresource="status").value
    assert (updated["status"]["replicas"], updated["spec"]["replicas"]) == (2, 2)
    assert server.update(deployment()).value["status"] == {"replicas": 2}


@pytest.mark.parametrize(
    ("manifest", "namespace", "code", "message"),
    [
        (
            config_map("one", namespace="other"),
            "default",
            400,
            "the namespace of the provided object does not match the namespace sent on the request",
        ),
        (config_map("one", namespace="missing"), "", 404, 'namespaces "missing" not found'),
        (
            config_map(""),
            "",
            422,
            'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
        ),
        (
            {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}},
            "",
            404,
            'no matches for kind "Thing" in version "example.com/v1"',
        ),
        (
            {**config_map(), "dta": {}},
            "",
            400,
            'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
        ),
    ],
)
def test_requests_that_cannot_be(
    server: Server, manifest: dict[str, Any], namespace: str, code: int, message: str
) -> None:
    refusal = refused(server.create, manifest, namespace=namespace)
    assert refusal.code == code
    assert message in refusal.message


def test_what_is_there_and_what_is_not(server: Server) -> None:
    assert refused(server.update, config_map()).message == 'configmaps "one" not found'
    server.create(config_map())
    again = refused(server.create, config_map())
    assert (again.code, again.reason, again.message) == (
        409,
        "AlreadyExists",
        'configmaps "one" already exists',
    )


def test_a_stale_version_conflicts(server: Server) -> None:
    old = server.create(config_map()).value
    server.update({**config_map(), "data": {"a": "2"}})
    refusal = refused(server.update, old)
    assert (refusal.code, refusal.reason) == (409, "Conflict")
    assert refusal.message == (
        'Operation cannot be fulfilled on configmaps "one": the object has been modified; please apply your changes '
        "to the latest version and try again"
    )


def test_some_kinds_insist_on_a_version_and_others_come_into_being_by_update(server: Server) -> None:
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "b"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}},
    }
    server.create(budget)
    assert "metadata.resourceVersion: Invalid value: 0: must be specified for an update" in (
        refused(server.update, budget).message
    )
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "l"}, "spec": {}}
    assert server.update(lease).created


def test_reading_goes_through_every_served_version(server: Server) -> None:
    autoscaler = {
        "apiVersion": "autoscaling/v1",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "h"},
        "spec": {
            "maxReplicas": 4,
            "targetCPUUtilizationPercentage": 60,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        },
    }
    assert server.create(autoscaler).value["spec"]["targetCPUUtilizationPercentage"] == 60
    wanted = key("h", "HorizontalPodAutoscaler", "autoscaling")
    target = {"type": "Utilization", "averageUtilization": 60}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    assert server.get(wanted, "autoscaling/v2")["spec"]["metrics"] == metrics


def test_reviews_are_answered_and_not_stored(server: Server) -> None:
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}},
    }
    before = server.store.revision
    assert server.create(review).value["status"]["allowed"] is True
    assert server.store.revision == before


def test_custom_resources_are_served_once_their_definition_is_there(server: Server) -> None:
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    }
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": "things", "kind": "Thing"},
            "versions": [
                {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
            ],
        },
    }
    server.create(definition)
    thing = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "t"}, "spec": {"n": 1}}
    assert server.create(thing).value["spec"] == {"n": 1}
    bad = {**thing, "metadata": {"name": "u"}, "spec": {"n": "one"}}
    assert 'spec.n: Invalid value: "string": spec.n in body must be of type integer: "string"' in (
        refused(server.create, bad).message
    )


def test_deprecated_versions_of_custom_resources_are_warned_of(server: Server) -> None:
    schema = {"openAPIV3Schema": {"type": "object"}}
    versions = [
        {"name": "v1beta1", "served": True, "storage": False, "deprecated": True, "schema": schema},
        {"name": "v1", "served": True, "storage": True, "schema": schema},
    ]
    spec = {"group": "example.com", "scope": "Cluster", "names": {"plural": "things", "kind": "Thing"}}
    server.create(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "things.example.com"},
            "spec": {**spec, "versions": versions},
        }
    )
    metadata = {"name": "t", "finalizers": ["a.b"]}
    thing = {"apiVersion": "example.com/v1beta1", "kind": "Thing", "metadata": metadata}
    assert server.create(thing).warnings == (
        "example.com/v1beta1 Thing is deprecated; use example.com/v1 Thing",
        (
            'metadata.finalizers: "a.b": prefer a domain-qualified finalizer name including a path (/) to avoid '
            "accidental conflicts with other finalizer writers"
        ),
    )
    later = {**thing, "apiVersion": "example.com/v1"}
    assert (
        server.update(
            {**later, "metadata": {**metadata, "resourceVersion": str(server.store.revision)}}
        ).warnings
        == ()
    )


def test_what_nobody_reads_is_not_warned_of(server: Server) -> None:
    """The object is stored alike."""
    hinted = deployment("hinted")
    hinted["spec"]["template"]["metadata"]["annotations"] = {
        "container.apparmor.security.beta.kubernetes.io/c": "runtime/default"
    }
    told = server.create(hinted, dry_run=True)
    silent = server.create(hinted, dry_run=True, warns=False)
    assert told.warnings
    assert silent.warnings == ()
    assert silent.stored == told.stored


def test_policies_are_known_from_the_first_to_the_last(server: Server) -> None:
    """Whether there are any is kept until kinds come or go."""
    admission, group = Admission(server.store), "admissionregistration.k8s.io"
    assert not admission.has_policies()
    policy = {"apiVersion": f"{group}/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "p"}}
    server.store.put(policy)
    assert admission.has_policies()
    server.store.delete(ObjectKey(group, "ValidatingAdmissionPolicy", "", "p"))
    assert not admission.has_policies()


def test_an_actor_sees_what_it_wrote(server: Server) -> None:
    client = LocalClient(server, "system:serviceaccount:kube-system:one", "one")
    client.create(config_map())
    client.merge_patch(key("one"), {"data": {"b": "2"}})
    assert client.get(key("one"))["data"] == {"a": "1", "b": "2"}
    client.delete(key("one"))
    assert client.find(key("one")) is None


def test_less_than_no_replicas_is_refused_as_a_scale(server: Server) -> None:
    server.create(deployment())
    said = refused(server.set_scale, key("web", "Deployment", "apps"), -1)
    assert said.message == (
        'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0'
    )


def test_pod_security_says_nothing_of_an_object_that_is_scaled(server: Server) -> None:
    labels = {"pod-security.kubernetes.io/warn": "restricted"}
    server.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "strict", "labels": labels}})
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": "strict"},
    }
    server.create(account)
    assert server.create(deployment(), namespace="strict").warnings
    assert server.set_scale(ObjectKey("apps", "Deployment", "strict", "web"), 3).warnings == ()


def test_policies_see_the_scale_of_an_object_that_is_scaled(server: Server) -> None:
    rule = {
        "apiGroups": ["apps"],
        "apiVersions": ["v1"],
        "operations": ["UPDATE"],
        "resources": ["deployments/scale"],
    }
    checks = [
        {"expression": "request.kind.kind == 'Scale' && object.spec.replicas < oldObject.spec.replicas + 2"}
    ]
    spec = {"matchConstraints": {"resourceRules": [rule]}, "validations": checks}
    group = "admissionregistration.k8s.io/v1"
    policy = {
        "apiVersion": group,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "p"},
        "spec": spec,
    }
    bound = {"policyName": "p", "validationActions": ["Deny"]}
    server.create(policy)
    server.create({**policy, "kind": "ValidatingAdmissionPolicyBinding", "spec": bound})
    server.create(deployment())
    wanted = key("web", "Deployment", "apps")
    server.set_scale(wanted, 3)
    assert "denied request" in refused(server.set_scale, wanted, 9).message


PAIRS = Path(__file__).parents[2] / "keypairs"
STANDS_FOR = "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("certificate", "key", "warned"),
    [
        ((PAIRS / "rsa.crt").read_text(), "rsa", ""),
        ((PAIRS / "rsa.crt").read_text(), "p256", "tls: private key type does not match public key type"),
        ((PAIRS / "p256.crt").read_text(), "other-p256", "tls: private key does not match public key"),
        (STANDS_FOR % "AQID", "rsa", "x509: malformed certificate"),
        (STANDS_FOR % "<your certificate>", "rsa", "tls: failed to find any PEM data in certificate input"),
    ],
)
def test_a_tls_secret_whose_certificate_and_key_are_no_pair_is_warned_of(
    server: Server, certificate: str, key: str, warned: str
) -> None:
    pair = {"tls.crt": certificate, "tls.key": (PAIRS / f"{key}.key").read_text()}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "type": "kubernetes.io/tls"}
    assert list(server.create({**secret, "stringData": pair}).warnings) == ([warned] if warned else [])


def test_the_schema_says_whether_a_custom_resource_may_be_scaled_so() -> None:
    properties = {"spec": {"type": "object", "properties": {"replicas": {"type": "integer", "minimum": 0}}}}
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": properties}},
        "subresources": {"scale": scale},
    }
    names = {"plural": "things", "kind": "Thing", "singular": "thing", "listKind": "ThingList"}
    spec = {"group": "x.example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    made = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}
    server = Server(
        Store.of([namespace, {**made, "metadata": {"name": "things.x.example.com"}, "spec": spec}])
    )
    thing = {"apiVersion": "x.example.com/v1", "kind": "Thing", "metadata": {"name": "one"}}
    server.create({**thing, "spec": {"replicas": 1}})
    said = refused(server.set_scale, key("one", "Thing", "x.example.com"), -1)
    assert said.message == (
        'Thing.x.example.com "one" is invalid: [spec.replicas: Invalid value: -1: spec.replicas in body should be greater '
        "than or equal to 0, .spec.replicas: Invalid value: -1: should be a non-negative integer]"
    )


def test_what_is_warned_of_twice_is_said_once(server: Server) -> None:
    name = "container.apparmor.security.beta.kubernetes.io/c"
    container = {"name": "c", "image": "i"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "annotations": {name: "unconfined"}}}
    said = refused(server.create, {**pod, "spec": {"containers": [container, container]}})
    assert said.warnings == (
        f'metadata.annotations[{name}]: deprecated since v1.30; use the "appArmorProfile" field instead',
    )
