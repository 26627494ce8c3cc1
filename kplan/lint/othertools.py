"""The checks of kube-linter, kube-score and polaris, and which of them these tools run unless told otherwise.

Rules name the checks they stand for (``Rule.aliases``); ``docs/coverage.md`` is written from both.
"""

from collections.abc import Iterator
from typing import Final

from kplan.namedtuples import NamedTuple


class Check(NamedTuple):
    """A check of a tool."""

    name: str
    """Tool and name, as ``polaris:hostPIDSet``."""
    by_default: bool


class Row(NamedTuple):
    """A thing that tools look for, under the names they have for it."""

    what: str
    names: str
    """With a space between; ``*`` marks those that run by default."""
    codes: tuple[str, ...] = ()
    """What finds it that is no rule: the API server's own answer."""
    note: str = ""
    """Why it is left out, or how it differs."""

    @property
    def checks(self) -> Iterator[Check]:
        """The checks, by tool."""
        for name in self.names.split():
            yield Check(name.rstrip("*"), name.endswith("*"))


_REFUSED: Final = ("API422",)

ROWS: Final = (
    Row("a container is privileged", "kube-linter:privileged-container* kube-score:container-security-context-privileged* polaris:runAsPrivileged*"),
    Row("a container may gain privileges", "kube-linter:privilege-escalation-container* polaris:privilegeEscalationAllowed*"),
    Row("a container may run as root", "kube-linter:run-as-non-root* polaris:runAsRootAllowed*"),
    Row("user or group of a container is below 10000 or not set", "kube-score:container-security-context-user-group-id*"),
    Row("the root filesystem can be written", "kube-linter:no-read-only-root-fs* kube-score:container-security-context-readonlyrootfilesystem* polaris:notReadOnlyRootFilesystem*"),
    Row("the capability NET_RAW is kept", "kube-linter:drop-net-raw-capability*"),
    Row("the default capabilities are kept", "polaris:insecureCapabilities*"),
    Row("a powerful capability is added", "polaris:dangerousCapabilities*"),
    Row("no means of hardening is used at all", "polaris:linuxHardening*"),
    Row("no seccomp profile", "kube-score:container-seccomp-profile"),
    Row("/proc is not masked", "kube-linter:unsafe-proc-mount polaris:procMount*"),
    Row("sysctls beyond the safe ones", "kube-linter:unsafe-sysctls*"),
    Row("a Windows pod runs as a process of the host", "polaris:hostProcess*"),
    Row("the pod sees the node's processes", "kube-linter:host-pid* polaris:hostPIDSet*"),
    Row("the pod shares the node's IPC", "kube-linter:host-ipc* polaris:hostIPCSet*"),
    Row("the pod uses the node's network", "kube-linter:host-network* polaris:hostNetworkSet*"),
    Row("a port of the node is taken", "polaris:hostPortSet*"),
    Row("a hostPath volume", "polaris:hostPathSet*"),
    Row("a system directory of the node as volume", "kube-linter:sensitive-host-mounts*"),
    Row("the container runtime's socket as volume", "kube-linter:docker-sock*"),
    Row("a hostPath volume is mounted writable", "kube-linter:writable-host-mount"),
    Row("a container port up to 1024", "kube-linter:privileged-ports"),
    Row("the SSH port is open", "kube-linter:ssh-port*"),
    Row("the ServiceAccount's token is mounted", "polaris:automountServiceAccountToken*"),
    Row("the pod runs as the default ServiceAccount", "kube-linter:default-service-account"),
    Row("the old field serviceAccount", "kube-linter:deprecated-service-account-field*"),
    Row("an OpenShift SCC allows privileged containers", "kube-linter:scc-deny-privileged-container"),
    Row("a secret in plain text in a variable", "kube-linter:env-var-secret* polaris:sensitiveContainerEnvVar*"),
    Row("a Secret is read through a variable", "kube-linter:read-secret-from-env-var"),
    Row("a secret in a ConfigMap", "polaris:sensitiveConfigmapContent*"),
    Row("cluster-admin, or a ClusterRole with all rights, is bound", "kube-linter:cluster-admin-role-binding polaris:clusterrolebindingClusterAdmin* polaris:rolebindingClusterAdminClusterRole*"),
    Row("a Role with all rights is bound", "polaris:rolebindingClusterAdminRole*"),
    Row("a role allows running commands in pods", "polaris:clusterrolePodExecAttach* polaris:rolePodExecAttach*"),
    Row("such a role, or one that does not exist, is bound", "polaris:clusterrolebindingPodExecAttach* polaris:rolebindingRolePodExecAttach* polaris:rolebindingClusterRolePodExecAttach*"),
    Row("a subject can create pods or workloads", "kube-linter:access-to-create-pods"),
    Row("a subject can read, create or delete Secrets", "kube-linter:access-to-secrets"),
    Row("a role has wildcards", "kube-linter:wildcard-in-rules"),
    Row("no CPU request", "kube-linter:unset-cpu-requirements* kube-score:container-resources* polaris:cpuRequestsMissing*"),
    Row("no CPU limit", "kube-score:container-resources* polaris:cpuLimitsMissing*"),
    Row("no memory request", "kube-score:container-resources* polaris:memoryRequestsMissing*"),
    Row("no memory limit", "kube-linter:unset-memory-requirements* kube-score:container-resources* polaris:memoryLimitsMissing*"),
    Row("CPU request and limit differ", "kube-score:container-cpu-requests-equal-limits"),
    Row("memory request and limit differ", "kube-score:container-memory-requests-equal-limits"),
    Row("either of the two differs", "kube-score:container-resource-requests-equal-limits"),
    Row("no request or limit of ephemeral storage", "kube-score:container-ephemeral-storage-request-and-limit*"),
    Row("request and limit of ephemeral storage differ", "kube-score:container-ephemeral-storage-request-equals-limit"),
    Row("an image without a tag, or with latest", "kube-linter:latest-tag* kube-score:container-image-tag* polaris:tagNotSpecified*"),
    Row("the pull policy is not Always", "kube-score:container-image-pull-policy* polaris:pullPolicyNotAlways*"),
    Row("no liveness probe", "kube-linter:no-liveness-probe kube-score:pod-probes* polaris:livenessProbeMissing*"),
    Row("no readiness probe", "kube-linter:no-readiness-probe kube-score:pod-probes* polaris:readinessProbeMissing*"),
    Row("readiness and liveness probe are the same", "kube-score:pod-probes-identical*"),
    Row("a liveness probe of a port that is not declared", "kube-linter:liveness-port*"),
    Row("a readiness probe of a port that is not declared", "kube-linter:readiness-port*"),
    Row("a startup probe of a port that is not declared", "kube-linter:startup-port*"),
    Row("port names that are malformed, too long or repeated", "kube-linter:invalid-target-ports* kube-score:container-ports-check", _REFUSED, "the API server refuses malformed names"),
    Row("a variable is set twice", "kube-linter:duplicate-env-var* kube-score:environment-variable-key-duplication*"),
    Row("too few replicas", "kube-linter:minimum-three-replicas kube-score:deployment-replicas* polaris:deploymentMissingReplicas*"),
    Row("an autoscaler's minimum is too low", "kube-linter:hpa-minimum-three-replicas kube-score:horizontalpodautoscaler-replicas* polaris:hpaMinAvailability*"),
    Row("an autoscaler's maximum is not above its minimum", "polaris:hpaMaxAvailability*", _REFUSED, "below the minimum the API server refuses it"),
    Row("replicas may all be on one node", "kube-linter:no-anti-affinity* kube-score:deployment-has-host-podantiaffinity* kube-score:statefulset-has-host-podantiaffinity*"),
    Row("no node affinity", "kube-linter:no-node-affinity"),
    Row("no topology spread constraints", "polaris:topologySpreadConstraint*"),
    Row("topology spread constraints without effect", "kube-score:pod-topology-spread-constraints*", _REFUSED, "malformed ones the API server refuses"),
    Row("a priority class that is not on a list", "kube-linter:priority-class-name", (), "the list is the option `classes`; REF010 finds classes that do not exist"),
    Row("no priority class", "polaris:priorityClassNotSet*"),
    Row("containers that are not started again", "kube-linter:restart-policy", _REFUSED, "of workloads the API server refuses it, so the rule is about bare pods"),
    Row("a CronJob whose pods always restart", "kube-score:cronjob-restartpolicy*", _REFUSED, "the API server refuses it"),
    Row("an update that stops all pods at once", "kube-linter:no-rolling-update-strategy kube-score:deployment-strategy*"),
    Row("no disruption budget", "kube-score:deployment-has-poddisruptionbudget* kube-score:statefulset-has-poddisruptionbudget* polaris:missingPodDisruptionBudget*"),
    Row("a disruption budget that says nothing", "kube-score:poddisruptionbudget-has-policy*"),
    Row("maxUnavailable is zero", "kube-linter:pdb-max-unavailable* polaris:pdbDisruptionsIsZero*"),
    Row("minAvailable is all replicas", "kube-linter:pdb-min-available*"),
    Row("minAvailable is more than an autoscaler's minimum", "polaris:pdbMinAvailableGreaterThanHPAMinReplicas*"),
    Row("unhealthy pods block a drain", "kube-linter:pdb-unhealthy-pod-eviction-policy*"),
    Row("replicas beside an autoscaler", "kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured*"),
    Row("no DNS option ndots", "kube-linter:dnsconfig-options"),
    Row("a CronJob without a starting deadline", "kube-score:cronjob-has-deadline*"),
    Row("a finished Job is never deleted, or deleted before its CronJob sees it", "kube-linter:job-ttl-seconds-after-finished*"),
    Row("the selector does not select the own template", "kube-linter:mismatching-selector* kube-score:deployment-pod-selector-labels-match-template-metadata-labels* kube-score:statefulset-pod-selector-labels-match-template-metadata-labels*"),
    Row("a Service selects no pods", "kube-linter:dangling-service* kube-score:service-targets-pod*"),
    Row("an Ingress leads to no Service", "kube-linter:dangling-ingress kube-score:ingress-targets-service*"),
    Row("an autoscaler has no target", "kube-linter:dangling-horizontalpodautoscaler kube-score:horizontalpodautoscaler-has-target*"),
    Row("a NetworkPolicy selects no pods", "kube-linter:dangling-networkpolicy kube-score:networkpolicy-targets-pod*"),
    Row("a peer of a NetworkPolicy selects no pods", "kube-linter:dangling-networkpolicypeer-podselector"),
    Row("a ServiceMonitor selects no Service", "kube-linter:dangling-servicemonitor"),
    Row("pods without a NetworkPolicy", "kube-linter:non-isolated-pod kube-score:pod-networkpolicy* polaris:missingNetworkPolicy*"),
    Row("the ServiceAccount does not exist", "kube-linter:non-existent-service-account*"),
    Row("a variable is read from a Secret or ConfigMap that does not exist", "kube-linter:env-value-from"),
    Row("a StatefulSet without its headless Service", "kube-score:statefulset-has-servicename*"),
    Row("a deprecated apiVersion", "kube-linter:no-extensions-v1beta* kube-score:stable-version*"),
    Row("fields that the schema does not have", "kube-linter:schema-validation"),
    Row("malformed labels", "kube-score:label-values*"),
    Row("the label app.kubernetes.io/instance is not the object's name", "polaris:metadataAndInstanceMismatched*"),
    Row("no label for the owner", "kube-linter:required-label-owner"),
    Row("no annotation with an e-mail address", "kube-linter:required-annotation-email"),
    Row("an object in the namespace default", "kube-linter:use-namespace"),
    Row("keys that are not sorted", "kube-linter:sorted-keys"),
    Row("a Service is open to the outside", "kube-linter:exposed-services kube-score:service-type*"),
    Row("an Ingress without TLS", "polaris:tlsSettingsMissing*"),
)  # fmt: skip

CHECKS: Final = tuple({check.name: check for row in ROWS for check in row.checks}.values())
"""Every check once."""

LEFT_OUT: Final = (
    ("checkov: flags of the API server, etcd, scheduler, controller manager and kubelet", "they are a node's settings; CIS benchmarks are checked on the node"),
    ("checkov: PodSecurityPolicy, Tiller, the dashboard", "gone, or names of single products"),
    ("checkov: any securityContext at all", "its fields are checked one by one"),
    ("datree: every number of a probe, a preStop hook", "the defaults are good for most programs"),
    ("datree: subPath, EndpointSlices with loopback addresses", "fixed in every supported release; the API server refuses the latter"),
    ("datree: schedules that do not parse", "the API server refuses them: API422"),
    ("kubevious: Kong, GCP Config Connector, Istio's VirtualService to its Gateway", "names of single products, in forms that the table of references does not hold"),
    ("kube-linter's templates without a check: annotations, pull policies and classes of a team's own", "rules of your own say them"),
)  # fmt: skip
"""What else tools check that no rule does, and why."""
