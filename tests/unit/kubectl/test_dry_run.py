from typing import Any

from kplan.api.object import Object
from kplan.apiserver.server import Server
from kplan.diagnostics import Severity
from kplan.kubectl.diff import DiffOptions, diff
from kplan.kubectl.dry_run import DryRun, dry_run
from kplan.kubectl.reading import Options
from kplan.state.store import Store

NAMESPACE = {
    "apiVersion": "v1", "kind": "Namespace",
    "metadata": {"name": "default", "uid": "n", "creationTimestamp": "2026-01-01T00:00:00Z"},
    "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
}  # fmt: skip
QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "q"},
    "spec": {"hard": {"configmaps": "1"}},
}
WEBHOOK = {
    "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
    "metadata": {"name": "guard"},
    "webhooks": [{
        "name": "guard.example.com", "clientConfig": {"url": "https://guard.example.com"}, "sideEffects": "None",
        "failurePolicy": "Ignore", "admissionReviewVersions": ["v1"],
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}],
    }],
}  # fmt: skip


POLICY = "failurePolicy Ignore: without its answer the request goes on"


def config_map(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}


def service(name: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"ports": [{"port": 80}], **spec},
    }


def server() -> Server:
    return Server(Store.of([NAMESPACE]))


def ask(*values: dict[str, Any]) -> DryRun:
    return dry_run([Object(value) for value in values], server(), Options())


def test_a_quota_is_charged_across_one_run() -> None:
    replies = ask(QUOTA, config_map("a"), config_map("b")).replies
    assert [reply.value is None for reply in replies] == [False, False, True]
    assert replies[2].status is not None
    assert replies[2].status["message"] == (
        'configmaps "b" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=1, limited: configmaps=1'
    )


def test_diff_charges_a_quota_as_well() -> None:
    objects = [Object(value) for value in (QUOTA, config_map("a"), config_map("b"))]
    failures = diff(objects, server(), DiffOptions()).failures
    assert [failure.origin.name for failure in failures] == ["b"]


def test_addresses_and_ports_are_given_once() -> None:
    taken = ask(service("a", clusterIP="10.96.0.9"), service("b", clusterIP="10.96.0.9")).diagnostics
    assert [one.message for one in taken] == [
        'spec.clusterIPs: Invalid value: ["10.96.0.9"]: failed to allocate IP 10.96.0.9: provided IP is already allocated'
    ]
    values = [
        reply.value or {}
        for reply in ask(service("a", type="NodePort"), service("b", type="NodePort")).replies
    ]
    assert len({value["spec"]["clusterIP"] for value in values}) == 2
    assert len({value["spec"]["ports"][0]["nodePort"] for value in values}) == 2
    assert all("resourceVersion" not in value["metadata"] for value in values)


def test_webhooks_are_named_and_not_called() -> None:
    result = ask(WEBHOOK, config_map("a"))
    assert [call.webhook for call in result.replies[1].webhooks] == ["guard.example.com"]
    assert [(one.severity, one.message) for one in result.diagnostics] == [
        (
            Severity.INFO,
            f"validating webhook guard.example.com of guard would be called ({POLICY})",
        )
    ]


def test_what_never_reaches_the_server_says_why() -> None:
    reply = ask({"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": {"name": "a"}}).replies[0]
    assert reply.status is None
    assert 'no matches for kind "Gadget" in version "example.com/v1"' in reply.refusal
