"""Fields of pods and other kinds whose feature gate came on by default after 1.25: older servers
drop them without a word.

A row is the first minor that keeps the fields (``34-35`` where 1.34 drops them and minors before know other rules), the
gate, the kinds (``pods`` for everything that is or makes pods, whose paths begin at the pod's spec) and the paths:
``[*]`` for every item, ``{a,b}`` for each of these; ``!word`` keeps a field that has this value. A gate of a kind of
volume takes the whole volume with it, and its mounts.

Upstream: pkg/features/kube_features.go, pkg/api/pod/util.go, pkg/registry
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from kplan.namedtuples import NamedTuple

_VOLUME: Final = "volumes[*]."


class Gate(NamedTuple):
    """One row."""

    first: int
    """The first minor that drops the fields."""
    since: int
    """The first minor that keeps them."""
    name: str
    kinds: frozenset[str]
    written: tuple[str, ...]
    """Its paths as the table writes them."""
    paths: tuple[str, ...]
    """The paths, one for each choice in braces."""
    advice: str
    """What to look at when an upgrade turns it on."""

    @property
    def volume(self) -> str:
        """The volume source that the gate controls; empty if it controls something else."""
        path = self.written[0]
        return path.removeprefix(_VOLUME) if path.startswith(_VOLUME) else ""

    @property
    def text(self) -> str:
        """What changed, as one line."""
        return f"{self.name} is on by default: {', '.join(self.written)}"


# since | gate | kinds | paths | advice for whom an upgrade turns it on
_TABLE: Final = """
26|JobPodFailurePolicy|Job CronJob|{spec,spec.jobTemplate.spec}.podFailurePolicy|see whether failed pods should be treated as it says
26|NodeInclusionPolicyInPodTopologySpread|pods|topologySpreadConstraints[*].{nodeAffinityPolicy,nodeTaintsPolicy}|see whether the pods are still spread as they should be
27|MatchLabelKeysInPodTopologySpread|pods|topologySpreadConstraints[*].matchLabelKeys|see whether the pods are still spread as they should be
27|MinDomainsInPodTopologySpread|pods|topologySpreadConstraints[*].minDomains|see whether the pods are still spread as they should be
27|PDBUnhealthyPodEvictionPolicy|PodDisruptionBudget|spec.unhealthyPodEvictionPolicy|see whether unready pods may be evicted so
27|PodSchedulingReadiness|pods|schedulingGates|see who takes the gates away
27|StatefulSetAutoDeletePVC|StatefulSet|spec.persistentVolumeClaimRetentionPolicy|see whether claims should go with their pods
27|StatefulSetStartOrdinal|StatefulSet|spec.ordinals|see whether the pods should be numbered so
28|AdmissionWebhookMatchConditions|ValidatingWebhookConfiguration MutatingWebhookConfiguration|webhooks[*].matchConditions|see whether the webhook should be asked only then
28|SELinuxMountReadWriteOncePod|CSIDriver|spec.seLinuxMount|see whether the driver mounts with a label
29|JobBackoffLimitPerIndex|Job CronJob|{spec,spec.jobTemplate.spec}.{backoffLimitPerIndex,maxFailedIndexes}|see whether each index should be tried as often
29|JobPodReplacementPolicy|Job CronJob|{spec,spec.jobTemplate.spec}.podReplacementPolicy|see whether pods should be replaced only then
29|SidecarContainers|pods|initContainers[*].restartPolicy|see whether the container is meant as a sidecar, which runs beside the others
30|PodLifecycleSleepAction|pods|{initContainers,containers}[*].lifecycle.{preStop,postStart}.sleep|see whether the containers should sleep so long
31|CustomResourceFieldSelectors|CustomResourceDefinition|spec.versions[*].selectableFields|nothing is to be done
31|JobSuccessPolicy|Job CronJob|{spec,spec.jobTemplate.spec}.successPolicy|see whether the job should succeed so early
31|MatchLabelKeysInPodAffinity|pods|affinity.{podAffinity,podAntiAffinity}.{requiredDuringSchedulingIgnoredDuringExecution[*],preferredDuringSchedulingIgnoredDuringExecution[*].podAffinityTerm}.{matchLabelKeys,mismatchLabelKeys}|see whether the pods still find nodes
31|RecursiveReadOnlyMounts|pods|{initContainers,containers}[*].volumeMounts[*].recursiveReadOnly|see whether the nodes' runtimes can mount so
31|ServiceTrafficDistribution|Service|spec.trafficDistribution|see whether traffic should stay in its zone
32|JobManagedBy|Job CronJob|{spec,spec.jobTemplate.spec}.managedBy|see whether the named controller runs: no other looks after the job
33|InPlacePodVerticalScaling|pods|{initContainers,containers}[*].resizePolicy|nothing is to be done
33|SELinuxChangePolicy|pods|securityContext.seLinuxChangePolicy|see whether volumes should be labelled so
33|SupplementalGroupsPolicy|pods|securityContext.supplementalGroupsPolicy|see whether the processes still have the groups that they need
33|UserNamespacesSupport|pods|hostUsers!True|see whether nodes and volumes support user namespaces
34-35|ContainerRestartRules|pods|initContainers[*].restartPolicy!Always containers[*].restartPolicy {initContainers,containers}[*].restartPolicyRules|see whether the containers should be restarted as it says
34|DRAPrioritizedList|ResourceClaim ResourceClaimTemplate|{spec,spec.spec}.devices.requests[*].firstAvailable|see whether any of the devices will do
34|DynamicResourceAllocation|pods|resourceClaims {initContainers,containers,ephemeralContainers}[*].resources.claims|see whether drivers for the claimed devices run on the nodes
34|PodLevelResources|pods|resources|see whether the pods still fit
34|PreferSameTrafficDistribution|EndpointSlice|endpoints[*].hints.forNodes|nothing is to be done
34|VolumeAttributesClass|PersistentVolume PersistentVolumeClaim|spec.volumeAttributesClassName|see whether the class is there, and its driver can change volumes
35|EnvFiles|pods|{initContainers,containers}[*].env[*].valueFrom.fileKeyRef|see whether the variables should come from the file
35|HPAConfigurableTolerance|HorizontalPodAutoscaler|spec.behavior.{scaleUp,scaleDown}.tolerance|see whether the target still scales as it should
35|HostnameOverride|pods|hostnameOverride|see whether the pods should have this host name
35|ImageVolume|pods|volumes[*].image|see whether the volume is wanted, and the nodes' runtimes can mount images
35|MutableCSINodeAllocatableCount|CSIDriver|spec.nodeAllocatableUpdatePeriodSeconds|see whether the driver counts its volumes anew
36|DRAConsumableCapacity|ResourceClaim ResourceClaimTemplate|{spec,spec.spec}.devices.requests[*].{exactly,firstAvailable[*]}.capacity {spec,spec.spec}.devices.constraints[*].distinctAttribute|see whether devices can be shared so
36|DRADeviceTaints|ResourceClaim ResourceClaimTemplate|{spec,spec.spec}.devices.requests[*].{exactly,firstAvailable[*]}.tolerations|see whether tainted devices may be used
36|DRAExtendedResource|DeviceClass|spec.extendedResourceName|see whether pods that ask for the resource should get such devices
35-36|NodeDeclaredFeatures|Node|status.declaredFeatures|nothing is to be done
"""


@cache
def off_by_default(minor: int) -> tuple[Gate, ...]:
    """The gates that a minor has not on yet; a gate of which it does not know the fields yet
    refuses them as unknown.
    """
    return tuple(gate for gate in gates() if gate.first <= minor < gate.since)


@cache
def gates() -> tuple[Gate, ...]:
    """All rows."""
    return tuple(map(_gate, _TABLE.strip().splitlines()))


def _gate(line: str) -> Gate:
    since, name, kinds, written, advice = line.split("|")
    first, _, kept = since.rpartition("-")
    each = tuple(path for one in written.split() for path in _each(one))
    return Gate(
        int(first or 0), int(kept), name, frozenset(kinds.split()), tuple(written.split()), each, advice
    )


def _each(written: str) -> Iterator[str]:
    before, brace, rest = written.partition("{")
    if not brace:
        yield written
        return
    choices, _, after = rest.partition("}")
    for choice in choices.split(","):
        yield from _each(f"{before}{choice}{after}")
