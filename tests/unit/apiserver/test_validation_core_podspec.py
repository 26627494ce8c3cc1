"""What the server says of pods that use more: Windows, pod-level resources, profiles, the host, projected volumes;
every text was confirmed by a real API server's answer.
"""

from collections.abc import Callable
from typing import Any

import pytest

from builders import pod, pod_spec, said
from kplan.apiserver.validation import core_pods

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]


PODS: dict[str, Json] = {
    "pod": pod(),
    "windows": pod(os={"name": "windows"}),
    "shared": pod(
        containers=[
            {
                "name": "app",
                "image": "nginx",
                "terminationMessagePolicy": "File",
                "imagePullPolicy": "Always",
                "resources": {"requests": {"cpu": "1"}},
            }
        ],
        resources={
            "requests": {"cpu": "2", "memory": "2Gi"},
            "limits": {"cpu": "4", "memory": "4Gi", "hugepages-2Mi": "4Mi"},
        },
        initContainers=[
            {
                "name": "side",
                "image": "nginx",
                "terminationMessagePolicy": "File",
                "imagePullPolicy": "Always",
                "resources": {"requests": {"cpu": "500m"}},
                "restartPolicy": "Always",
            }
        ],
        resourceClaims=[{"name": "gpu", "resourceClaimName": "gpu"}],
    ),
    "profiled": {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "web",
            "namespace": "default",
            "annotations": {
                "container.apparmor.security.beta.kubernetes.io/app": "runtime/default",
                "seccomp.security.alpha.kubernetes.io/pod": "runtime/default",
                "container.seccomp.security.alpha.kubernetes.io/app": "localhost/a",
            },
        },
        "spec": pod_spec(),
    },
    "hosted": pod(
        containers=[
            {
                "name": "app",
                "image": "nginx",
                "terminationMessagePolicy": "File",
                "imagePullPolicy": "Always",
                "resources": {},
                "ports": [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}],
            }
        ],
        hostNetwork=True,
    ),
    "projected": pod(
        volumes=[
            {
                "name": "all",
                "projected": {
                    "defaultMode": 420,
                    "sources": [
                        {"secret": {"name": "s", "items": [{"key": "k", "path": "p"}]}},
                        {
                            "downwardAPI": {
                                "items": [
                                    {
                                        "path": "q",
                                        "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"},
                                    }
                                ]
                            }
                        },
                    ],
                },
            },
            {"name": "block", "persistentVolumeClaim": {"claimName": "disk"}},
        ]
    ),
}

CASES: list[tuple[str, str, Any, list[str]]] = [
    ("windows", "spec.hostPID", True, ["spec.hostPID: Forbidden: cannot be set for a windows pod"]),
    ("windows", "spec.hostUsers", True, ["spec.hostUsers: Forbidden: cannot be set for a windows pod"]),
    (
        "windows",
        "spec.securityContext",
        {
            "runAsUser": 1,
            "sysctls": [{"name": "a.b", "value": "1"}],
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        [
            "spec.securityContext.seccompProfile: Forbidden: cannot be set for a windows pod",
            "spec.securityContext.sysctls: Forbidden: cannot be set for a windows pod",
            "spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod",
        ],
    ),
    (
        "windows",
        "spec.containers[0].securityContext",
        {"privileged": False, "capabilities": {"drop": ["ALL"]}},
        [
            "spec.containers[0].securityContext.capabilities: Forbidden: cannot be set for a windows pod",
            "spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod",
        ],
    ),
    (
        "windows",
        "spec.resources",
        {"limits": {"cpu": "1"}},
        ["spec.resources: Forbidden: may not be set for a windows pod"],
    ),
    (
        "windows",
        "spec.containers[0].securityContext",
        {"windowsOptions": {"hostProcess": True}},
        [
            "spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess ..."
        ],
    ),
    ("pod", "spec.os", {"name": ""}, ["spec.os.name: Required value"]),
    (
        "pod",
        "spec.containers[0].securityContext",
        {"windowsOptions": {"runAsUserName": ""}},
        [
            'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "": runAsUserName...'
        ],
    ),
    (
        "pod",
        "spec.containers[0].securityContext",
        {"windowsOptions": {"runAsUserName": "a\tb"}},
        [
            'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a\\tb": runAsUser...'
        ],
    ),
    (
        "pod",
        "spec.containers[0].securityContext",
        {"windowsOptions": {"runAsUserName": "bad|dom\\.."}},
        [
            'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "bad|dom\\\\..": ru...',
            'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "bad|dom\\\\..": ru...',
        ],
    ),
    (
        "pod",
        "spec.containers[0].securityContext",
        {
            "windowsOptions": {
                "runAsUserName": "a/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "gmsaCredentialSpec": "",
                "gmsaCredentialSpecName": "A",
            }
        },
        [
            'spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpecName: Invalid value: "A": a l...',
            'spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpec: Invalid value: "": gmsaCred...',
            'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a/bbbbbbbbbbbbbb...',
            'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a/bbbbbbbbbbbbbb...',
        ],
    ),
    (
        "pod",
        "spec.securityContext",
        {"windowsOptions": {"hostProcess": True}},
        [
            "spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess ..."
        ],
    ),
    (
        "shared",
        "spec.resources.requests",
        {"cpu": "1"},
        [
            'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate cont...'
        ],
    ),
    (
        "shared",
        "spec.containers[0].resources",
        {"limits": {"cpu": "8"}, "requests": {"cpu": "1"}},
        [
            'spec.resources.containers[0][cpu].limits: Invalid value: "8": must be less than or equal to pod l...'
        ],
    ),
    (
        "shared",
        "spec.initContainers[0].resources",
        {"requests": {"cpu": "3"}},
        [
            'spec.resources.requests[cpu]: Invalid value: "2": must be greater than or equal to aggregate cont...'
        ],
    ),
    (
        "shared",
        "spec.resources.claims",
        [{"name": "gpu"}],
        ["spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level"],
    ),
    (
        "shared",
        "spec.containers[0].resources",
        {"claims": [{"name": "gpu"}, {"name": "gpu"}, {"name": ""}, {"name": "tpu", "request": "A"}]},
        [
            'spec.containers[0].resources.claims[1]: Duplicate value: "gpu"',
            "spec.containers[0].resources.claims[2]: Required value",
            'spec.containers[0].resources.claims[3].request: Invalid value: "A": a lowercase RFC 1123 label mu...',
            'spec.containers[0].resources.claims[3]: Not found: "tpu": must be one of the names in pod.spec.re...',
        ],
    ),
    (
        "shared",
        "spec.containers[0].resources",
        {"claims": [{"name": "gpu", "request": "a"}, {"name": "gpu", "request": "a"}, {"name": "gpu"}]},
        [
            'spec.containers[0].resources.claims[1]: Duplicate value: "gpu/a"',
            'spec.containers[0].resources.claims[2]: Duplicate value: "gpu"',
        ],
    ),
    (
        "profiled",
        "metadata.annotations",
        {"container.apparmor.security.beta.kubernetes.io/app": "mine"},
        [
            'metadata.annotations[container.apparmor.security.beta.kubernetes.io/app]: Invalid value: "mine": ...'
        ],
    ),
    (
        "profiled",
        "metadata.annotations",
        {"seccomp.security.alpha.kubernetes.io/pod": "odd"},
        [
            'metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "odd": must be a va...'
        ],
    ),
    (
        "profiled",
        "metadata.annotations",
        {"container.seccomp.security.alpha.kubernetes.io/app": "localhost//a"},
        [
            'metadata.annotations.container.seccomp.security.alpha.kubernetes.io/app: Invalid value: "/a": mus...'
        ],
    ),
    (
        "profiled",
        "spec.containers[0].securityContext",
        {
            "seccompProfile": {"type": "Localhost", "localhostProfile": "b"},
            "appArmorProfile": {"type": "Localhost", "localhostProfile": "x"},
        },
        [
            "spec.containers[0].securityContext.seccompProfile.localhostProfile: Forbidden: seccomp profile in...",
            "spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in annotation a...",
        ],
    ),
    (
        "profiled",
        "metadata.annotations",
        {"scheduler.alpha.kubernetes.io/tolerations": '[{"key":"a b"}]'},
        [
            'metadata.annotations.scheduler.alpha.kubernetes.io/tolerations[0].key: Invalid value: "a b": name...'
        ],
    ),
    (
        "profiled",
        "metadata.annotations",
        {"scheduler.alpha.kubernetes.io/tolerations": "{"},
        [
            'metadata.annotations: Invalid value: "scheduler.alpha.kubernetes.io/tolerations": unexpected end ...'
        ],
    ),
    (
        "pod",
        "spec.containers[0].securityContext",
        {"appArmorProfile": {"type": "Localhost"}, "seccompProfile": {"type": ""}},
        [
            "spec.containers[0].securityContext.seccompProfile.type: Required value: type is required when sec...",
            "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Required value: must be set ...",
        ],
    ),
    (
        "pod",
        "spec.containers[0].securityContext",
        {
            "appArmorProfile": {"type": "Localhost", "localhostProfile": " x"},
            "seccompProfile": {"type": "Odd"},
        },
        [
            'spec.containers[0].securityContext.seccompProfile.type: Unsupported value: "Odd": supported value...',
            'spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: " x": must no...',
        ],
    ),
    (
        "pod",
        "spec.containers[0].securityContext",
        {
            "appArmorProfile": {"type": "Odd"},
            "procMount": "Odd",
            "allowPrivilegeEscalation": False,
            "capabilities": {"add": ["CAP_SYS_ADMIN"]},
        },
        [
            'spec.containers[0].securityContext.procMount: Unsupported value: "Odd": supported values: "Defaul...',
            'spec.containers[0].securityContext: Invalid value: {"Capabilities":{"Add":["CAP_SYS_ADMIN"],"Drop...',
            'spec.containers[0].securityContext.appArmorProfile.type: Unsupported value: "Odd": supported valu...',
        ],
    ),
    (
        "hosted",
        "spec.containers[0].ports[0].hostPort",
        81,
        [
            "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNet..."
        ],
    ),
    (
        "hosted",
        "spec.securityContext",
        {"sysctls": [{"name": "net.ipv4.x", "value": "1"}]},
        [
            'spec.securityContext.sysctls[0].name: Invalid value: "net.ipv4.x": may not be specified when \'hos...'
        ],
    ),
    ("hosted", "spec.hostUsers", False, ["spec.hostNetwork: Forbidden: when `hostUsers` is false"]),
    (
        "hosted",
        "spec.hostnameOverride",
        "a",
        ["spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true"],
    ),
    (
        "projected",
        "spec.volumes[0].projected.sources[1].downwardAPI.items[0].path",
        "p",
        ['spec.volumes[0].projected: Invalid value: "p": conflicting duplicate paths'],
    ),
    (
        "projected",
        "spec.volumes[0].projected.sources[1].downwardAPI.items[0]",
        {
            "path": "/a",
            "mode": -1,
            "resourceFieldRef": {"containerName": "app", "resource": "limits.memory", "divisor": "3"},
        },
        [
            'spec.volumes[0].projected.sources[1].downwardAPI.path: Invalid value: "/a": must be a relative path',
            'spec.volumes[0].projected.sources[1].downwardAPI.resourceFieldRef.divisor: Invalid value: "limits...',
            "spec.volumes[0].projected.sources[1].downwardAPI.mode: Invalid value: -1: must be a number betwee...",
        ],
    ),
    (
        "projected",
        "spec.volumes[0].projected.sources[1].downwardAPI.items[0]",
        {"path": "a"},
        [
            "spec.volumes[0].projected.sources[1].downwardAPI: Required value: one of fieldRef and resourceFie..."
        ],
    ),
    (
        "projected",
        "spec.volumes[0].projected.sources[1].downwardAPI.items[0].fieldRef",
        {"apiVersion": "v2", "fieldPath": "metadata.name"},
        [
            'spec.volumes[0].projected.sources[1].downwardAPI.fieldRef.fieldPath: Invalid value: "metadata.nam...'
        ],
    ),
    (
        "projected",
        "spec.volumes[0].projected.sources[1].downwardAPI.items[0].fieldRef",
        {"apiVersion": "v1", "fieldPath": "metadata.labels['a b']"},
        [
            'spec.volumes[0].projected.sources[1].downwardAPI.fieldRef: Invalid value: "a b": name part must c...'
        ],
    ),
    (
        "projected",
        "spec.volumes[0].projected.sources[1].downwardAPI.items[0].fieldRef",
        {"apiVersion": "v1", "fieldPath": "spec['a']"},
        [
            "spec.volumes[0].projected.sources[1].downwardAPI.fieldRef.fieldPath: Invalid value: \"spec['a']\": ..."
        ],
    ),
    (
        "projected",
        "spec.volumes[0].projected.sources[0].serviceAccountToken",
        {"path": "../t", "expirationSeconds": 1},
        [
            "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 1: may...",
            "spec.volumes[0].projected.path: Invalid value: \"../t\": must not contain '..'",
            "spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source",
        ],
    ),
    (
        "projected",
        "spec.containers[0].volumeDevices",
        [
            {"name": "all", "devicePath": "/dev/a"},
            {"name": "block", "devicePath": "/dev/a"},
            {"name": "block", "devicePath": "/dev/../b"},
        ],
        [
            'spec.containers[0].volumeDevices[0].name: Invalid value: "all": can only use volume source type o...',
            'spec.containers[0].volumeDevices[1].devicePath: Invalid value: "/dev/a": must be unique',
            'spec.containers[0].volumeDevices[2].name: Invalid value: "block": must be unique',
            'spec.containers[0].volumeDevices[2].devicePath: Invalid value: "/dev/../b": can not contain backs...',
        ],
    ),
    (
        "projected",
        "spec.containers[0].volumeMounts",
        [
            {
                "name": "all",
                "mountPath": "/a",
                "subPath": "/x",
                "subPathExpr": "$(A)",
                "mountPropagation": "Sideways",
            },
            {"name": "block", "mountPath": "/b", "recursiveReadOnly": "Maybe"},
        ],
        [
            'spec.containers[0].volumeMounts.subPath: Invalid value: "/x": must be a relative path',
            'spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: "$(A)": subPathExpr and subPath ar...',
            'spec.containers[0].volumeMounts.mountPropagation: Unsupported value: "Sideways": supported values...',
            'spec.containers[0].volumeMounts.recursiveReadOnly: Unsupported value: "Maybe": supported values: ...',
        ],
    ),
    (
        "pod",
        "spec.nodeName",
        "A",
        [
            'spec.nodeName: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alph...'
        ],
    ),
    (
        "pod",
        "spec.overhead",
        {"cpu": "-1"},
        ['spec.overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
    ),
    (
        "pod",
        "spec.schedulingGates",
        [{"name": "a b"}],
        [
            'spec.schedulingGates[0]: Invalid value: "a b": name part must consist of alphanumeric characters,...'
        ],
    ),
    (
        "pod",
        "spec.containers[0].env",
        [
            {
                "name": "A",
                "valueFrom": {"fileKeyRef": {"key": "", "path": "", "volumeName": "", "optional": False}},
            }
        ],
        [
            "spec.containers[0].env[0].valueFrom.fileKeyRef.key: Required value",
            "spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Required value",
            "spec.containers[0].env[0].valueFrom.fileKeyRef.path: Required value",
            'spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: ""',
        ],
    ),
    (
        "pod",
        "spec.containers[0].livenessProbe",
        {"successThreshold": 1, "tcpSocket": {"port": 0}},
        [
            "spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, i..."
        ],
    ),
    (
        "pod",
        "spec.containers[0].resizePolicy",
        [{"resourceName": "", "restartPolicy": ""}],
        [
            "spec.containers[0].resizePolicy: Required value",
            "spec.containers[0].resizePolicy: Required value",
        ],
    ),
]


@pytest.mark.parametrize("name", PODS)
def test_good_pods_are_accepted(name: str) -> None:
    assert core_pods.validate_pod(PODS[name]) == []


@pytest.mark.parametrize(("name", "path", "value", "errors"), CASES)
def test_pod(changed: Changed, name: str, path: str, value: Any, errors: list[str]) -> None:
    assert [said(error, 100) for error in core_pods.validate_pod(changed(PODS[name], path, value))] == errors
