"""What the API server would say and do now: to a pod of a workload, to an update of what is stored; asked as dry runs.

Upstream: pkg/controller/controller_utils.go (GetPodFromTemplate), pkg/controller/statefulset/stateful_set_utils.go
    (updateStorage)
"""

from collections.abc import Iterator

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import annotations_of, labels_of, namespace_of
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.plan.effects.refusals import without_generated_name
from kplan.plan.reading import fields, items, number, text
from kplan.plan.workloads import Workload
from kplan.state.store import Store

_TOUCHED = "kplan.dev/touched"
"""An annotation that makes a write of what is otherwise as it was."""
_POLICIES = "admissionregistration.k8s.io"
_ENFORCE = "pod-security.kubernetes.io/enforce"


class Refusals(NamedTuple):
    """What the API server says to a workload that creates a pod; empty if it allows it."""

    again: str = ""
    """The refusal of a pod that replaces one that is gone."""
    beside: str = ""
    """The refusal of one more pod besides all running ones, as a rolling update creates."""


class Trial:
    """Asks the API server of one state, without changing it."""

    def __init__(self, store: Store, kubernetes_version: str = "") -> None:
        from kplan.apiserver.server import Server  # noqa: PLC0415 - few plans ask
        from kplan.schema.catalog import Catalog  # noqa: PLC0415 - likewise

        self._catalog = (
            Catalog.for_version(kubernetes_version) if kubernetes_version else Catalog.for_version()
        )
        self._server = Server
        self._store = store

    def refusals(self, workload: Workload) -> Refusals:
        """The refusals that a workload would get."""
        if workload.identity.kind == "Pod":
            return Refusals()
        again = self._refusal(workload, self._without_one(workload))
        surges = bool(workload.pods) and not again and _surge(workload.object) > 0
        return Refusals(again, self._refusal(workload, self._store) if surges else "")

    def pod_of(self, workload: Workload) -> Json | None:
        """The workload's next pod as admission makes it; None if it refuses it."""
        from kplan.apiserver.errors import StatusError  # noqa: PLC0415 - as above

        try:
            return self._created(workload, self._without_one(workload))
        except StatusError:
            return None

    def refusal_of_update(self, value: Json) -> str:
        """What is said to whoever writes a stored object, and changes nothing that matters; empty if it is allowed."""
        from kplan.apiserver.errors import StatusError  # noqa: PLC0415 - as above

        server = self._server(self._store.fork(), catalog=self._catalog)
        touched = {
            **value,
            "metadata": {**value["metadata"], "annotations": {**annotations_of(value), _TOUCHED: ""}},
        }
        try:
            server.update(touched, dry_run=True, field_validation="Ignore")
        except StatusError as refusal:
            return refusal.message
        return ""

    def _refusal(self, workload: Workload, store: Store) -> str:
        from kplan.apiserver.errors import StatusError  # noqa: PLC0415 - as above

        try:
            self._created(workload, store)
        except StatusError as refusal:
            return without_generated_name(refusal.message)
        return ""

    def _created(self, workload: Workload, store: Store) -> Json:
        from kplan.api.podtemplate.pod import pod_from_template  # noqa: PLC0415 - as above

        spec = {**workload.spec, "volumes": [*_volumes(workload)]}
        template = {"metadata": {"labels": dict(workload.labels)}, "spec": spec}
        pod = pod_from_template(template, workload.object)
        server, namespace = self._server(store.fork(), catalog=self._catalog), workload.identity.namespace
        return server.create(pod, namespace=namespace, dry_run=True, field_validation="Ignore").stored

    def _without_one(self, workload: Workload) -> Store:
        """The state without one of the workload's pods, and with quotas that no longer count it."""
        if not workload.pods:
            return self._store
        pod, store = workload.pods[-1], self._store.fork()
        store.delete(store.key_of(pod))
        for quota in store.list("", "ResourceQuota", namespace_of(pod)):
            store.put(_discharged(quota, pod))
        return store


def _volumes(workload: Workload) -> Iterator[Json]:
    """The volumes of its pods; a StatefulSet puts in those of the claims that it makes."""
    made = [text(one, "metadata", "name") for one in items(workload.object, "spec", "volumeClaimTemplates")]
    yield from (one for one in items(dict(workload.spec), "volumes") if one.get("name") not in made)
    for name in made:
        claim = f"{name}-{workload.identity.name}-0"
        yield {"name": name, "persistentVolumeClaim": {"claimName": claim}}


def is_guarded(store: Store, namespace: str) -> bool:
    """Whether a namespace has anything that may refuse pods which meet the API: quotas, limits, a level, policies."""
    place = store.get(ObjectKey("", "Namespace", "", namespace))
    return (
        bool(store.list("", "ResourceQuota", namespace))
        or bool(store.list("", "LimitRange", namespace))
        or bool(place and _ENFORCE in labels_of(place))
        or _has_policy_for_pods(store)
    )


def _has_policy_for_pods(store: Store) -> bool:
    """Whether a bound ValidatingAdmissionPolicy may look at pods that are created."""
    bound = {
        text(one, "spec", "policyName") for one in store.list(_POLICIES, "ValidatingAdmissionPolicyBinding")
    }
    policies = store.list(_POLICIES, "ValidatingAdmissionPolicy") if bound else ()
    return any(
        _names_new_pods(rule)
        for policy in policies
        if policy["metadata"]["name"] in bound
        for rule in items(fields(policy, "spec", "matchConstraints"), "resourceRules")
    )


def _names_new_pods(rule: Json) -> bool:
    meant = (("apiGroups", {"", "*"}), ("resources", {"pods", "*", "*/*"}), ("operations", {"CREATE", "*"}))
    return all(wanted & set(items(rule, name)) for name, wanted in meant)


def needs_surge(workload: Workload) -> bool:
    """Whether a rolling update must create a pod before it may take one away."""
    from kplan.api.intstr import scaled_value  # noqa: PLC0415 - as above

    rolling = fields(workload.object, "spec", "strategy", "rollingUpdate")
    desired = number(workload.object, "spec", "replicas", default=1)
    return _surge(workload.object) > 0 and not scaled_value(
        rolling.get("maxUnavailable", 0), desired, round_up=False
    )


def _surge(workload: Json) -> int:
    """How many pods a Deployment may create beside those it should have."""
    from kplan.api.intstr import scaled_value  # noqa: PLC0415 - as above

    if workload["kind"] != "Deployment" or text(workload, "spec", "strategy", "type") != "RollingUpdate":
        return 0
    surge = fields(workload, "spec", "strategy", "rollingUpdate").get("maxSurge", 0)
    return scaled_value(surge, number(workload, "spec", "replicas", default=1), round_up=True)


def _discharged(quota: Json, pod: Json) -> Json:
    """A quota as its controller counts it once a pod is gone."""
    from kplan.api.resourcelists import parse  # noqa: PLC0415 - as above
    from kplan.apiserver.quota.scopes import in_scope  # noqa: PLC0415 - as above
    from kplan.apiserver.quota.usage import usage_of  # noqa: PLC0415 - as above
    from kplan.apiserver.server import EPOCH  # noqa: PLC0415 - as above

    if not in_scope(quota, pod):
        return quota
    used, freed = fields(quota, "status", "used"), usage_of(pod, "pods", EPOCH)
    left = {
        name: (parse({name: value})[name] - freed[name]).canonical() if name in freed else value
        for name, value in used.items()
    }
    return {**quota, "status": {**quota["status"], "used": left}}
