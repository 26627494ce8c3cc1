"""Kinds that are not Kubernetes' own and make pods: where their templates and selectors stand,
and what else they bring.

A configuration adds rows of the same form under ``lint.workloads``.
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.namedtuples import NamedTuple


class Workload(NamedTuple):
    """One kind: paths as in ``spec.tasks[*].template``, with ``*`` for every item of a list or a mapping."""

    templates: tuple[str, ...] = ()
    """Where its pod templates stand; empty if its controller composes the pods itself."""
    selector: str = ""
    """Where the selector of its pods stands."""
    labels: Mapping[str, str] = {}
    """Labels that its controller gives the pods; ``{name}`` is the object's, an empty value is not known beforehand."""
    ports: tuple[str, ...] = ()
    """Names of ports that its controller gives the pods."""
    creates: tuple[str, ...] = ()
    """Objects it creates, as ``Service/{name}-head``; ``*`` stands for any text."""
    metadata: str = ""
    """Where labels of pods stand that have no template around them."""
    replicas: str = ""
    """Where the number of pods stands."""
    like: str = ""
    """The kind of Kubernetes' own that it is used in place of, as ``Deployment.apps``:
    what holds for that kind holds for it.
    """
    borrows: str = ""
    """Where it may name a workload whose pods it runs in its place, instead of a template of its own."""


def row(given: Mapping[str, Any]) -> Workload:
    """A row of a configuration, whose lists are tuples here."""
    values: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in given.items()}
    return Workload(**values)


def _operated(kind: str, *ports: str) -> Workload:
    """A kind of prometheus-operator, which composes a StatefulSet of it."""
    labels = {
        "app.kubernetes.io/name": kind, "app.kubernetes.io/managed-by": "prometheus-operator", kind: "{name}",
        "app.kubernetes.io/instance": "{name}", "app.kubernetes.io/version": "", "operator.prometheus.io/name": "{name}",
        "operator.prometheus.io/shard": "", "operator.prometheus.io/mode": "", "app": kind,
    }  # fmt: skip
    creates = (f"StatefulSet.apps/{kind}-{{name}}*", f"Service/{kind}-operated", f"Secret/{kind}-{{name}}*",
               f"ConfigMap/{kind}-{{name}}-rulefiles-*")  # fmt: skip
    return Workload(
        (), "", labels, ("web", "reloader-web", *ports), creates, "spec.podMetadata", "spec.replicas"
    )


_KNATIVE: Final = {
    f"serving.knative.dev/{name}": ""
    for name in ("service", "configuration", "configurationGeneration", "revision", "serviceUID")
}
_JOB: Final = {"job-name": "", "batch.kubernetes.io/job-name": "", "controller-uid": "", "batch.kubernetes.io/controller-uid": ""}  # fmt: skip
_KUBEFLOW: Final = {
    f"training.kubeflow.org/{name}": "" for name in ("job-name", "job-role", "operator-name", "replica-index", "replica-type")
}  # fmt: skip
_RAY: Final = {
    f"ray.io/{name}": "" for name in ("cluster", "node-type", "group", "identifier", "is-ray-node")
}
_RAY_PARTS: Final = ("headGroupSpec.template", "workerGroupSpecs[*].template")


def _ray(inner: str) -> Workload:
    paths = tuple(f"{inner}.{part}" for part in _RAY_PARTS)
    return Workload(paths, "", _RAY, (), ("Service/{name}*",))


WORKLOADS: Final[Mapping[str, Workload]] = {
    "Rollout.argoproj.io": Workload(
        ("spec.template",), "spec.selector", {"rollouts-pod-template-hash": ""}, replicas="spec.replicas",
        like="Deployment.apps", borrows="spec.workloadRef",
    ),
    "Experiment.argoproj.io": Workload(("spec.templates[*].template",), "", {"rollouts-pod-template-hash": ""}),
    "Service.serving.knative.dev": Workload(
        ("spec.template",), "", {**_KNATIVE, "serving.knative.dev/service": "{name}", "app": "{name}-*"},
        ("user-port", "queue-port", "http-queueadm", "http-autometric", "http-usermetric"), ("Service/{name}*",),
    ),
    "Configuration.serving.knative.dev": Workload(
        ("spec.template",), "", {**_KNATIVE, "app": "{name}-*"}, ("user-port", "queue-port"), ("Service/{name}*",)
    ),
    "DeploymentConfig.apps.openshift.io": Workload(
        ("spec.template",), "spec.selector", {"deploymentconfig": "{name}", "deployment": ""},
        replicas="spec.replicas", like="Deployment.apps",
    ),
    "ScaledJob.keda.sh": Workload(("spec.jobTargetRef.template",), "", {**_JOB, "scaledjob.keda.sh/name": "{name}"}),
    "Prometheus.monitoring.coreos.com": _operated("prometheus", "http-web"),
    "PrometheusAgent.monitoring.coreos.com": _operated("prometheus-agent", "http-web"),
    "Alertmanager.monitoring.coreos.com": _operated("alertmanager", "http-web", "mesh-tcp", "mesh-udp"),
    "ThanosRuler.monitoring.coreos.com": _operated("thanos-ruler", "http", "grpc"),
    "CloneSet.apps.kruise.io": Workload(
        ("spec.template",), "spec.selector", replicas="spec.replicas", like="Deployment.apps"
    ),
    "StatefulSet.apps.kruise.io": Workload(
        ("spec.template",), "spec.selector", replicas="spec.replicas", like="StatefulSet.apps"
    ),
    "DaemonSet.apps.kruise.io": Workload(("spec.template",), "spec.selector", like="DaemonSet.apps"),
    "BroadcastJob.apps.kruise.io": Workload(("spec.template",)),
    "Job.batch.volcano.sh": Workload(("spec.tasks[*].template",), "", {"volcano.sh/job-name": "{name}"}),
    "JobSet.jobset.x-k8s.io": Workload(
        ("spec.replicatedJobs[*].template.spec.template",), "", {**_JOB, "jobset.sigs.k8s.io/jobset-name": "{name}"},
        (), ("Service/{name}*",),
    ),
    "LeaderWorkerSet.leaderworkerset.x-k8s.io": Workload(
        ("spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"), "",
        {"leaderworkerset.sigs.k8s.io/name": "{name}"}, (), ("Service/{name}*",),
    ),
    "PyTorchJob.kubeflow.org": Workload(("spec.pytorchReplicaSpecs.*.template",), "", _KUBEFLOW),
    "TFJob.kubeflow.org": Workload(("spec.tfReplicaSpecs.*.template",), "", _KUBEFLOW),
    "MPIJob.kubeflow.org": Workload(("spec.mpiReplicaSpecs.*.template",), "", _KUBEFLOW),
    "XGBoostJob.kubeflow.org": Workload(("spec.xgbReplicaSpecs.*.template",), "", _KUBEFLOW),
    "PaddleJob.kubeflow.org": Workload(("spec.paddleReplicaSpecs.*.template",), "", _KUBEFLOW),
    "Notebook.kubeflow.org": Workload(
        ("spec.template",), "", {"statefulset": "{name}", "notebook-name": "{name}"}, (), ("Service/{name}",)
    ),
    "Gateway.gateway.networking.k8s.io": Workload(
        labels={"gateway.networking.k8s.io/gateway-name": "{name}", "gateway.networking.k8s.io/gateway-class-name": "",
                "istio.io/gateway-name": "{name}", "gateway.envoyproxy.io/owning-gateway-name": "{name}"},
        creates=("Service/{name}*", "Deployment.apps/{name}*", "ServiceAccount/{name}*"),
    ),
    "RayCluster.ray.io": _ray("spec"),
    "RayJob.ray.io": _ray("spec.rayClusterSpec"),
    "RayService.ray.io": _ray("spec.rayClusterConfig"),
}  # fmt: skip
"""By group kind."""
