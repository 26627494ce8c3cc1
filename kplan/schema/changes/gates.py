"""Fields of pods and other kinds whose feature gate came on by default after 1.33: older servers drop them without a word.

A row is the first minor that keeps the fields (``34-35`` where 1.34 drops them and minors before know other rules), the gate, the kinds (``pods`` for everything that is or makes pods, whose
paths begin at the pod's spec) and the paths, ``[*]`` for every item; ``!word`` keeps a field that has this value. A gate of a kind of volume
takes the whole volume with it, and its mounts.

Upstream: pkg/features/kube_features.go, pkg/api/pod/util.go
"""

from functools import cache
from typing import Final, NamedTuple

_VOLUME: Final = "volumes[*]."


class Gate(NamedTuple):
    """One row."""

    first: int
    """The first minor that drops the fields."""
    since: int
    """The first minor that keeps them."""
    name: str
    kinds: frozenset[str]
    paths: tuple[str, ...]
    advice: str
    """What to look at when an upgrade turns it on."""

    @property
    def volume(self) -> str:
        """The source of volumes that the gate is about; empty where it is about something else."""
        return self.paths[0].removeprefix(_VOLUME) if self.paths[0].startswith(_VOLUME) else ""

    @property
    def text(self) -> str:
        """What changed, as one line."""
        return f"{self.name} is on by default: {', '.join(self.paths)}"


# since | gate | kinds | paths | advice for whom an upgrade turns it on
_TABLE: Final = """
34-35|ContainerRestartRules|pods|initContainers[*].restartPolicy!Always containers[*].restartPolicy initContainers[*].restartPolicyRules containers[*].restartPolicyRules|see whether the containers should be restarted as it says
35|EnvFiles|pods|initContainers[*].env[*].valueFrom.fileKeyRef containers[*].env[*].valueFrom.fileKeyRef|see whether the variables should come from the file
35|HostnameOverride|pods|hostnameOverride|see whether the pods should have this host name
35|ImageVolume|pods|volumes[*].image|see whether the volume is wanted, and the nodes' runtimes can mount images
34|PodLevelResources|pods|resources|see whether the pods still fit
34|DynamicResourceAllocation|pods|resourceClaims initContainers[*].resources.claims containers[*].resources.claims ephemeralContainers[*].resources.claims|see whether drivers for the claimed devices run on the nodes
35-36|NodeDeclaredFeatures|Node|status.declaredFeatures|nothing is to be done
34|VolumeAttributesClass|PersistentVolume PersistentVolumeClaim|spec.volumeAttributesClassName|see whether the class is there, and its driver can change volumes
35|HPAConfigurableTolerance|HorizontalPodAutoscaler|spec.behavior.scaleUp.tolerance spec.behavior.scaleDown.tolerance|see whether the target still scales as it should
35|MutableCSINodeAllocatableCount|CSIDriver|spec.nodeAllocatableUpdatePeriodSeconds|see whether the driver counts its volumes anew
35|MaxUnavailableStatefulSet|StatefulSet|spec.updateStrategy.rollingUpdate.maxUnavailable|see whether as many pods may be updated at a time
"""


@cache
def off_by_default(minor: int) -> tuple[Gate, ...]:
    """The gates that a minor has not on yet; a gate of which it does not know the fields yet refuses them as unknown."""
    return tuple(gate for gate in gates() if gate.first <= minor < gate.since)


@cache
def gates() -> tuple[Gate, ...]:
    """All rows."""
    return tuple(map(_gate, _TABLE.strip().splitlines()))


def _gate(line: str) -> Gate:
    since, name, kinds, paths, advice = line.split("|")
    first, _, kept = since.rpartition("-")
    return Gate(int(first or 0), int(kept), name, frozenset(kinds.split()), tuple(paths.split()), advice)
