"""Labels that controllers and admission give pods beyond those of the template; a ``*`` stands for what
is not known beforehand.

Upstream: pkg/controller
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_JOB: Final = {
    "batch.kubernetes.io/job-name": "{name}", "job-name": "{name}", "batch.kubernetes.io/controller-uid": "*",
    "controller-uid": "*", "batch.kubernetes.io/job-completion-index": "*",
}  # fmt: skip
_CRON_JOB: Final = {**_JOB, "batch.kubernetes.io/job-name": "{name}-*", "job-name": "{name}-*"}
_BY_KIND: Final[Mapping[str, Mapping[str, str]]] = {
    "Deployment.apps": {"pod-template-hash": "*"},
    "ReplicaSet.apps": {"pod-template-hash": "*"},
    "DaemonSet.apps": {"controller-revision-hash": "*", "pod-template-generation": "*"},
    "StatefulSet.apps": {
        "controller-revision-hash": "*", "statefulset.kubernetes.io/pod-name": "{name}-*", "apps.kubernetes.io/pod-index": "*",
    },
    "Job.batch": _JOB,
    "CronJob.batch": _CRON_JOB,
}  # fmt: skip
_EVERY_POD: Final = {
    "topology.kubernetes.io/zone": "*", "topology.kubernetes.io/region": "*",
    "service.istio.io/canonical-name": "*", "service.istio.io/canonical-revision": "*",
    "security.istio.io/tlsMode": "*", "linkerd.io/control-plane-ns": "*", "linkerd.io/proxy-deployment": "*",
}  # fmt: skip
"""Labels that admission and the webhooks of service meshes may add to any pod."""

OWN: Final = frozenset(key for labels in (*_BY_KIND.values(), _EVERY_POD) for key in labels)
"""Every label that Kubernetes' own controllers, and the webhooks of service meshes, may add."""

_OPERATORS: Final = frozenset(
    {
        "acme.cert-manager.io", "actions.github.com", "cnpg.io", "common.k8s.elastic.co", "elasticsearch.k8s.elastic.co",
        "eventing.knative.dev", "gateway.envoyproxy.io", "gateway.networking.k8s.io", "jobset.sigs.k8s.io",
        "kibana.k8s.elastic.co", "kubevirt.io", "leaderworkerset.sigs.k8s.io", "longhorn.io", "messaging.knative.dev",
        "operator.prometheus.io", "postgres-operator.crunchydata.com", "ray.io", "serving.knative.dev",
        "sparkoperator.k8s.io", "strimzi.io", "tekton.dev", "training.kubeflow.org", "triggers.tekton.dev", "volcano.sh",
        "vm.kubevirt.io", "workflows.argoproj.io",
    }
)  # fmt: skip
"""Prefixes of labels that operators set on the pods they create from their own kinds."""


def is_operators(key: str) -> bool:
    """Whether only an operator sets a label, so that no manifest shows it."""
    prefix, slash, _ = key.partition("/")
    return bool(slash) and prefix in _OPERATORS


@lru_cache(maxsize=4096)
def added_labels(kind: str, name: str) -> Mapping[str, str]:
    """The labels that controllers add to the pods of a workload, each with the pattern of its values."""
    given = _BY_KIND.get(kind, {})
    return {**_EVERY_POD, **{key: value.replace("{name}", name) for key, value in given.items()}}
