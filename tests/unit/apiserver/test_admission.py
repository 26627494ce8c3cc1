"""Admission plug-ins: what they add to objects and which objects they refuse."""

import base64
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.attributes import User, WebhookCall
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server


def pod(name: str = "p", **spec: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "c", "image": "i"}], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def namespaced(api_version: str, kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **more}


def refusal(server: Server, manifest: dict[str, Any], **options: Any) -> str:
    with pytest.raises(StatusError) as caught:
        server.create(manifest, **options)
    assert caught.value.code == 403
    return caught.value.message


def label_namespace(server: Server, **labels: str) -> None:
    prefixed = {
        f"pod-security.kubernetes.io/{name.replace('_', '-')}": value for name, value in labels.items()
    }
    server.update(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default", "labels": prefixed}}
    )


def test_a_pod_gets_its_account_and_tolerations(server: Server) -> None:
    made = server.create(pod()).value
    spec = made["spec"]
    assert spec["serviceAccountName"] == spec["serviceAccount"] == "default"
    assert [volume["name"][:16] for volume in spec["volumes"]] == ["kube-api-access-"]
    assert (
        spec["containers"][0]["volumeMounts"][0]["mountPath"]
        == "/var/run/secrets/kubernetes.io/serviceaccount"
    )
    assert [t["key"] for t in spec["tolerations"]] == [
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    ]
    assert {t["tolerationSeconds"] for t in spec["tolerations"]} == {300}
    assert (spec["priority"], spec["preemptionPolicy"]) == (0, "PreemptLowerPriority")


def test_a_missing_account_is_refused(server: Server) -> None:
    assert refusal(server, pod(serviceAccountName="nobody")) == (
        'pods "p" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found'
    )


def test_priority_comes_from_a_class(server: Server) -> None:
    server.create(
        namespaced("scheduling.k8s.io/v1", "PriorityClass", "high", value=1000, preemptionPolicy="Never")
    )
    spec = server.create(pod(priorityClassName="high")).value["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (1000, "Never")
    critical = server.create(pod("s", priorityClassName="system-node-critical")).value["spec"]
    assert critical["priority"] == 2_000_001_000
    assert refusal(server, pod("q", priorityClassName="low")) == (
        'pods "q" is forbidden: no PriorityClass with name low was found'
    )


def test_limit_ranges_default_and_bound(server: Server) -> None:
    limits = [
        {
            "type": "Container",
            "default": {"cpu": "500m"},
            "defaultRequest": {"cpu": "100m"},
            "max": {"cpu": "1"},
        }
    ]
    server.create(namespaced("v1", "LimitRange", "r", spec={"limits": limits}))
    made = server.create(pod()).value
    resources = {"requests": {"cpu": "100m"}, "limits": {"cpu": "500m"}}
    assert made["spec"]["containers"][0]["resources"] == resources
    assert made["metadata"]["annotations"] == {
        "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu request for container c; cpu limit for container c"
    }
    big = pod("big", containers=[{"name": "c", "image": "i", "resources": {"limits": {"cpu": "2"}}}])
    assert refusal(server, big) == (
        'pods "big" is forbidden: maximum cpu usage per Container is 1, but limit is 2'
    )


def test_pod_security_refuses_and_warns(server: Server) -> None:
    label_namespace(server, enforce="baseline", warn="restricted")
    assert refusal(server, pod(hostNetwork=True)) == (
        'pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)'
    )
    warnings = server.create(pod()).warnings
    assert len(warnings) == 1
    assert warnings[0].startswith(
        'would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false'
    )
    template = {"metadata": {"labels": {"a": "b"}}, "spec": pod(hostNetwork=True)["spec"]}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    workload = server.create(namespaced("apps/v1", "Deployment", "d", spec=spec))
    assert (
        'would violate PodSecurity "restricted:latest": host namespaces (hostNetwork=true)'
        in workload.warnings[0]
    )


def test_a_quota_is_charged_from_request_to_request(server: Server) -> None:
    hard = {"pods": "1", "requests.cpu": "1"}
    quota = namespaced("v1", "ResourceQuota", "q", spec={"hard": hard})
    made = server.create(quota).value
    server.update(
        {**made, "status": {"hard": hard, "used": {"pods": "0", "requests.cpu": "0"}}}, subresource="status"
    )
    assert refusal(server, pod()) == (
        'pods "p" is forbidden: failed quota: q: must specify requests.cpu for: c'
    )
    small = [{"name": "c", "image": "i", "resources": {"requests": {"cpu": "400m"}}}]
    server.create(pod(containers=small))
    key = ObjectKey("", "ResourceQuota", "default", "q")
    assert server.get(key)["status"]["used"] == {"pods": "1", "requests.cpu": "400m"}
    assert refusal(server, pod("two", containers=small)) == (
        'pods "two" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'
    )


def test_claims_get_the_default_class_and_grow_only_where_it_allows(server: Server) -> None:
    marked = {"name": "std", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    server.create(
        {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": marked, "provisioner": "x"}
    )
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    made = server.create(namespaced("v1", "PersistentVolumeClaim", "c", spec=spec)).value
    assert made["spec"]["storageClassName"] == "std"
    assert made["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]
    bound = server.update({**made, "status": {"phase": "Bound"}}, subresource="status").value
    bound["spec"] = {**bound["spec"], "volumeName": "v", "resources": {"requests": {"storage": "2Gi"}}}
    with pytest.raises(StatusError) as caught:
        server.update(bound)
    assert caught.value.code == 403
    assert "only dynamically provisioned pvc can be resized" in caught.value.message


def test_a_node_starts_tainted(server: Server) -> None:
    taint = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    assert server.create(namespaced("v1", "Node", "two")).value["spec"]["taints"] == [taint]


def test_protected_namespaces_stay(server: Server) -> None:
    server.create(namespaced("v1", "Namespace", "kube-system"))
    with pytest.raises(StatusError) as caught:
        server.delete(ObjectKey("", "Namespace", "", "kube-system"))
    assert caught.value.message == 'namespaces "kube-system" is forbidden: this namespace may not be deleted'


def test_webhooks_are_named_and_not_called(server: Server) -> None:
    hook = {
        "name": "check.example.com",
        "clientConfig": {"url": "https://example.com"},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "failurePolicy": "Ignore",
        "rules": [
            {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
        ],
        "matchConditions": [{"name": "named", "expression": "object.metadata.name == 'p'"}],
    }
    kind = "ValidatingWebhookConfiguration"
    server.create(namespaced("admissionregistration.k8s.io/v1", kind, "checks", webhooks=[hook]))
    assert server.create(pod()).webhooks == (WebhookCall(kind, "checks", "check.example.com", "Ignore"),)
    assert server.create(pod("other")).webhooks == ()
    assert server.create(namespaced("v1", "ConfigMap", "p")).webhooks == ()


ORGANISATION = b"\x31\x17\x30\x15\x06\x03\x55\x04\x0a\x13\x0esystem:masters"


def certificate_request(subject: bytes) -> dict[str, Any]:
    body = base64.b64encode(b"\x30\x82" + subject).decode()
    pem = f"-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----\n"
    spec = {
        "request": base64.b64encode(pem.encode()).decode(),
        "signerName": "kubernetes.io/kube-apiserver-client",
        "usages": ["client auth"],
    }
    return namespaced("certificates.k8s.io/v1", "CertificateSigningRequest", "r", spec=spec)


def test_nobody_gets_an_administrators_certificate(server: Server) -> None:
    text = "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed"
    assert refusal(server, certificate_request(ORGANISATION)) == (
        f'certificatesigningrequests.certificates.k8s.io "r" is forbidden: {text}'
    )
    made = server.create(certificate_request(b"\x06\x03\x55\x04\x03\x13\x03bob")).value
    signed = {**made, "status": {"conditions": [{"type": "Failed", "status": "True", "reason": "x"}]}}
    with pytest.raises(StatusError) as caught:
        server.update(signed, subresource="status", user=User("eve", ("system:authenticated",)))
    assert "user not permitted to sign requests with signerName" in caught.value.message


def test_a_running_pod_grows_as_far_as_its_node_goes(server: Server) -> None:
    def sized(cpu: str) -> dict[str, Any]:
        resources = {"requests": {"cpu": cpu}}
        return pod(nodeName="one", containers=[{"name": "c", "image": "i", "resources": resources}])

    server.create(sized("1"))
    with pytest.raises(StatusError) as caught:
        server.update(sized("3"), subresource="resize")
    assert caught.value.message == (
        'pods "p" is forbidden: node didn\'t have enough allocatable resources: cpu, requested: 3000, allocatable: 2000'
    )
    assert server.update(sized("2"), subresource="resize").value["metadata"]["generation"] == 2


def test_a_class_that_there_is_not_is_quoted(server: Server) -> None:
    assert 'pod rejected: RuntimeClass "a\\nb" not found' in refusal(server, pod(runtimeClassName="a\nb"))
