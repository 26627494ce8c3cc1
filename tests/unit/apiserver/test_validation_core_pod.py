"""What the server says of pods; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import pod, said
from kplan.apiserver.validation import core_pods

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]


POD: Json = pod()

CASES: list[tuple[str, Any, list[str]]] = [
    (
        "metadata.name",
        "Web",
        [
            'metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of lower case al...'
        ],
    ),
    (
        "metadata.labels",
        {"a b": "c d"},
        [
            "metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_...",
            'metadata.labels: Invalid value: "c d": a valid label must be an empty string or consist of alphan...',
        ],
    ),
    (
        "metadata.finalizers",
        ["mine"],
        [
            'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is i...'
        ],
    ),
    (
        "metadata.annotations",
        {"controller.kubernetes.io/pod-deletion-cost": "+1"},
        [
            'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a ...'
        ],
    ),
    (
        "metadata.annotations",
        {"container.apparmor.security.beta.kubernetes.io/other": "mine"},
        [
            'metadata.annotations[container.apparmor.security.beta.kubernetes.io/other]: Invalid value: "other...',
            'metadata.annotations[container.apparmor.security.beta.kubernetes.io/other]: Invalid value: "mine"...',
        ],
    ),
    ("spec.containers", "<absent>", ["spec.containers: Required value"]),
    ("spec.containers[0].name", "", ["spec.containers[0].name: Required value"]),
    (
        "spec.containers[0].name",
        "a.b",
        ['spec.containers[0].name: Invalid value: "a.b": must not contain dots'],
    ),
    ("spec.containers[0].image", "", ["spec.containers[0].image: Required value"]),
    (
        "spec.containers[0].image",
        " nginx",
        ['spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace'],
    ),
    (
        "spec.containers[0].imagePullPolicy",
        "Sometimes",
        [
            'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "...'
        ],
    ),
    (
        "spec.containers[0].terminationMessagePolicy",
        "Never",
        [
            'spec.containers[0].terminationMessagePolicy: Unsupported value: "Never": supported values: "File"...'
        ],
    ),
    (
        "spec.containers[0].ports",
        [{"containerPort": 0, "protocol": "TCP"}, {"containerPort": 70000, "protocol": "IP", "name": "--"}],
        [
            "spec.containers[0].ports[0].containerPort: Required value",
            'spec.containers[0].ports[1].name: Invalid value: "--": must contain at least one letter (a-z)',
            'spec.containers[0].ports[1].name: Invalid value: "--": must not contain consecutive hyphens',
            'spec.containers[0].ports[1].name: Invalid value: "--": must not begin or end with a hyphen',
            "spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inc...",
            'spec.containers[0].ports[1].protocol: Unsupported value: "IP": supported values: "SCTP", "TCP", "...',
        ],
    ),
    (
        "spec.containers[0].ports",
        [
            {"containerPort": 80, "hostPort": 80, "protocol": "TCP", "name": "x"},
            {"containerPort": 80, "hostPort": 80, "protocol": "TCP", "name": "x"},
        ],
        [
            'spec.containers[0].ports[1].name: Duplicate value: "x"',
            'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"',
        ],
    ),
    (
        "spec.containers[0].env",
        [
            {"name": "A=B"},
            {"name": ""},
            {
                "name": "X",
                "value": "1",
                "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.host"}},
            },
        ],
        [
            'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must cons...',
            "spec.containers[0].env[1].name: Required value",
            'spec.containers[0].env[2].valueFrom: Invalid value: "": may not be specified when `value` is not ...',
        ],
    ),
    (
        "spec.containers[0].env",
        [
            {"name": "A", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.labels"}}},
            {"name": "B", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.x"}}},
            {"name": "C", "valueFrom": {}},
        ],
        [
            'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": sup...',
            'spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Invalid value: "spec.x": error converting...',
            'spec.containers[0].env[2].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourc...',
        ],
    ),
    (
        "spec.containers[0].env",
        [
            {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.gpu"}}},
            {"name": "B", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1k"}}},
            {"name": "C", "valueFrom": {"secretKeyRef": {"name": "s", "key": "a b"}}},
        ],
        [
            'spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": s...',
            'spec.containers[0].env[1].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only d...',
            'spec.containers[0].env[2].valueFrom.secretKeyRef.key: Invalid value: "a b": a valid config key mu...',
        ],
    ),
    (
        "spec.containers[0].env",
        [{"name": "A", "valueFrom": {"fileKeyRef": {"volumeName": "x", "path": "../a", "key": "K"}}}],
        [
            "spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: \"../a\": must not contain '..'",
            'spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: "x"',
        ],
    ),
    (
        "spec.containers[0].envFrom",
        [{"prefix": "=", "configMapRef": {"name": ""}}, {}],
        [
            'spec.containers[0].envFrom[0].prefix: Invalid value: "=": a valid environment variable name must ...',
            "spec.containers[0].envFrom[0].configMapRef.name: Required value",
            'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
        ],
    ),
    (
        "spec.containers[0].volumeMounts",
        [
            {"name": "gone", "mountPath": "/a"},
            {
                "name": "gone",
                "mountPath": "/a",
                "subPath": "../x",
                "mountPropagation": "Bidirectional",
                "recursiveReadOnly": "Enabled",
            },
        ],
        [
            'spec.containers[0].volumeMounts[0].name: Not found: "gone"',
            'spec.containers[0].volumeMounts[1].name: Not found: "gone"',
            'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
            "spec.containers[0].volumeMounts.subPath: Invalid value: \"../x\": must not contain '..'",
            "spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is a...",
            "spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly...",
            "spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPro...",
        ],
    ),
    (
        "spec.containers[0].volumeDevices",
        [{"name": "gone", "devicePath": ""}],
        [
            'spec.containers[0].volumeDevices[0].name: Not found: "gone"',
            "spec.containers[0].volumeDevices[0].devicePath: Required value",
        ],
    ),
    (
        "spec.containers[0].resources",
        {"limits": {"hugepages-2Mi": "3Mi"}, "requests": {"hugepages-2Mi": "3Mi"}},
        [
            'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive int...',
            'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive i...',
            "spec.containers[0].resources: Forbidden: HugePages require cpu or memory",
        ],
    ),
    (
        "spec.containers[0].resizePolicy",
        [
            {"resourceName": "cpu", "restartPolicy": "NotRequired"},
            {"resourceName": "cpu", "restartPolicy": "Always"},
            {"resourceName": "disk", "restartPolicy": "NotRequired"},
        ],
        [
            'spec.containers[0].resizePolicy[1]: Duplicate value: "cpu"',
            'spec.containers[0].resizePolicy: Unsupported value: "Always": supported values: "NotRequired", "R...',
            'spec.containers[0].resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory"',
        ],
    ),
    (
        "spec.containers[0].livenessProbe",
        {
            "successThreshold": 2,
            "periodSeconds": -1,
            "httpGet": {
                "path": "/",
                "port": "UP",
                "scheme": "FTP",
                "httpHeaders": [{"name": "a b", "value": ""}],
            },
            "exec": {},
        },
        [
            "spec.containers[0].livenessProbe.exec.command: Required value",
            "spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type",
            "spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal ...",
            "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
        ],
    ),
    (
        "spec.containers[0].readinessProbe",
        {"successThreshold": 1, "terminationGracePeriodSeconds": 0, "grpc": {"port": 0}},
        [
            "spec.containers[0].readinessProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclu...",
            "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greate...",
            "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 0: must not be se...",
        ],
    ),
    (
        "spec.containers[0].startupProbe",
        {"successThreshold": 1},
        ["spec.containers[0].startupProbe: Required value: must specify a handler type"],
    ),
    (
        "spec.containers[0].lifecycle",
        {"preStop": {"sleep": {"seconds": 60}}, "postStart": {}},
        [
            "spec.containers[0].lifecycle.postStart: Required value: must specify a handler type",
            "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than...",
        ],
    ),
    (
        "spec.containers[0].securityContext",
        {"privileged": True, "allowPrivilegeEscalation": False, "runAsUser": -1, "procMount": "Unmasked"},
        [
            "spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647...",
            'spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be fals...',
            'spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinu...',
        ],
    ),
    (
        "spec.containers[0].securityContext",
        {
            "seccompProfile": {"type": "Localhost"},
            "appArmorProfile": {"type": "Unconfined", "localhostProfile": "x"},
            "windowsOptions": {"runAsUserName": "a\\b\\c"},
        },
        [
            "spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set w...",
            'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsU...',
            'spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: "x": can only...',
        ],
    ),
    (
        "spec.containers[0].restartPolicyRules",
        [{"action": "Stop"}, {"action": "Restart", "exitCodes": {"operator": "Is", "values": [1]}}],
        [
            "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules a...",
            'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Re...',
            "spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified",
            'spec.containers[0].restartPolicyRules[1].exitCodes.operator: Unsupported value: "Is": supported v...',
        ],
    ),
    (
        "spec.initContainers",
        [
            {
                "name": "app",
                "image": "nginx",
                "terminationMessagePolicy": "File",
                "imagePullPolicy": "Always",
                "resources": {},
                "livenessProbe": {"successThreshold": 1, "exec": {"command": ["x"]}},
            }
        ],
        [
            'spec.initContainers[0].name: Duplicate value: "app"',
            "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without resta...",
        ],
    ),
    (
        "spec.initContainers",
        [
            {
                "name": "side",
                "image": "nginx",
                "terminationMessagePolicy": "File",
                "imagePullPolicy": "Always",
                "resources": {},
                "restartPolicy": "Sometimes",
            },
            {
                "name": "more",
                "image": "nginx",
                "terminationMessagePolicy": "File",
                "imagePullPolicy": "Always",
                "resources": {},
                "restartPolicyRules": [{"action": "Restart"}],
            },
        ],
        [
            'spec.initContainers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always",...',
            "spec.initContainers[1].restartPolicy: Required value: must specify restartPolicy when restart rul...",
        ],
    ),
    (
        "spec.ephemeralContainers",
        [
            {
                "name": "app",
                "image": "nginx",
                "terminationMessagePolicy": "File",
                "imagePullPolicy": "Always",
                "resources": {},
                "targetContainerName": "gone",
                "ports": [{"containerPort": 1, "protocol": "TCP"}],
            }
        ],
        [
            'spec.ephemeralContainers[0].name: Duplicate value: "app"',
            'spec.ephemeralContainers[0].targetContainerName: Not found: "gone"',
            "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
            "spec.ephemeralContainers: Forbidden: cannot be set on create",
        ],
    ),
    (
        "spec.restartPolicy",
        "Maybe",
        ['spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"'],
    ),
    (
        "spec.dnsPolicy",
        "None",
        ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
    ),
    (
        "spec.dnsPolicy",
        "Mine",
        [
            'spec.dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirstWithHostNet", "ClusterF...'
        ],
    ),
    (
        "spec.dnsConfig",
        {"nameservers": ["1.1.1.1", "01.1.1.1", "x", "8.8.8.8"], "searches": ["A"], "options": [{}]},
        [
            'spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","01.1.1.1","x","8.8.8.8"]: must not have mo...',
            'spec.dnsConfig.nameservers[1]: Invalid value: "01.1.1.1": must not have leading 0s',
            'spec.dnsConfig.nameservers[2]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or ...',
            'spec.dnsConfig.searches[0]: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lo...',
            "spec.dnsConfig.options[0]: Required value: must not be empty",
        ],
    ),
    (
        "spec.activeDeadlineSeconds",
        0,
        ["spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"],
    ),
    (
        "spec.nodeSelector",
        {"-": "x"},
        [
            "spec.nodeSelector: Invalid value: \"-\": name part must consist of alphanumeric characters, '-', '_..."
        ],
    ),
    ("spec.hostname", "a.b", ['spec.hostname: Invalid value: "a.b": must not contain dots']),
    (
        "spec.subdomain",
        "A",
        [
            'spec.subdomain: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alphanu...'
        ],
    ),
    (
        "spec.hostAliases",
        [{"ip": "x", "hostnames": ["A"]}],
        [
            'spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db...',
            'spec.hostAliases[0].hostnames[0]: Invalid value: "A": a lowercase RFC 1123 subdomain must consist...',
        ],
    ),
    (
        "spec.tolerations",
        [
            {"operator": "Equal"},
            {"key": "a", "operator": "Exists", "value": "x"},
            {"key": "a", "operator": "Lt", "value": "1"},
            {"key": "a", "operator": "Is"},
            {"key": "a", "operator": "Exists", "effect": "Evict", "tolerationSeconds": 1},
        ],
        [
            'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty...',
            "spec.tolerations[1].operator: Invalid value: \"x\": value must be empty when `operator` is 'Exists'",
            'spec.tolerations[2].operator: Unsupported value: "Lt": supported values: "Equal", "Exists", "Lt",...',
            'spec.tolerations[3].operator: Unsupported value: "Is": supported values: "Equal", "Exists"',
            "spec.tolerations[4].effect: Invalid value: \"Evict\": effect must be 'NoExecute' when `tolerationSe...",
            'spec.tolerations[4].effect: Unsupported value: "Evict": supported values: "NoSchedule", "PreferNo...',
        ],
    ),
    (
        "spec.schedulingGates",
        [{"name": "a"}, {"name": "a"}],
        ['spec.schedulingGates[1]: Duplicate value: "a"'],
    ),
    (
        "spec.readinessGates",
        [{"conditionType": "a b"}],
        [
            'spec.readinessGates[0].conditionType: Invalid value: "a b": name part must consist of alphanumeri...'
        ],
    ),
    (
        "spec.topologySpreadConstraints",
        [
            {
                "maxSkew": 0,
                "topologyKey": "",
                "whenUnsatisfiable": "Never",
                "minDomains": 0,
                "nodeAffinityPolicy": "x",
                "matchLabelKeys": ["a"],
            },
            {"maxSkew": 1, "topologyKey": "", "whenUnsatisfiable": "Never"},
        ],
        [
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
            "spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty",
            'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Never": supported values...',
            'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{, Never}"',
            "spec.topologySpreadConstraints[0].minDomains: Invalid value: 0: must be greater than zero",
            "spec.topologySpreadConstraints[0].minDomains: Invalid value: 0: can only use minDomains if whenUn...",
            'spec.topologySpreadConstraints[0].nodeAffinityPolicy: Unsupported value: "x": supported values: "...',
            "spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSele...",
            "spec.topologySpreadConstraints[1].topologyKey: Required value: can not be empty",
            'spec.topologySpreadConstraints[1].whenUnsatisfiable: Unsupported value: "Never": supported values...',
        ],
    ),
    (
        "spec.affinity",
        {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [
                        {
                            "matchExpressions": [
                                {"key": "a", "operator": "In"},
                                {"key": "a", "operator": "Gt", "values": ["1", "2"]},
                                {"key": "a", "operator": "Is"},
                            ],
                            "matchFields": [{"key": "x", "operator": "Exists"}],
                        }
                    ]
                },
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 0, "preference": {}}],
            }
        },
        [
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].ma...",
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].ma...",
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].ma...",
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].ma...",
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].ma...",
            "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid val...",
        ],
    ),
    (
        "spec.affinity",
        {
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {"topologyKey": "", "namespaces": ["A"], "matchLabelKeys": ["x"]}
                ],
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {
                        "weight": 101,
                        "podAffinityTerm": {
                            "topologyKey": "z",
                            "labelSelector": {
                                "matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]
                            },
                            "mismatchLabelKeys": ["k"],
                            "matchLabelKeys": ["k"],
                        },
                    }
                ],
            }
        },
        [
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespace: Invali...",
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys: F...",
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Requ...",
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Inva...",
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Inva...",
            "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid ...",
            "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm....",
            "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm....",
        ],
    ),
    (
        "spec.securityContext",
        {
            "fsGroup": -1,
            "supplementalGroups": [-1],
            "sysctls": [
                {"name": "A", "value": "1"},
                {"name": "", "value": ""},
                {"name": "kernel.sem", "value": "1"},
                {"name": "kernel.sem", "value": "1"},
            ],
            "fsGroupChangePolicy": "Never",
            "supplementalGroupsPolicy": "x",
            "seLinuxChangePolicy": "MountOption",
            "seccompProfile": {"type": "RuntimeDefault", "localhostProfile": "x"},
        },
        [
            "spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive",
            "spec.securityContext.supplementalGroups[0]: Invalid value: -1: must be between 0 and 2147483647, ...",
            'spec.securityContext.sysctls[0].name: Invalid value: "A": must have at most 253 characters and ma...',
            "spec.securityContext.sysctls[1].name: Required value",
            'spec.securityContext.sysctls[3].name: Duplicate value: "kernel.sem"',
            'spec.securityContext.fsGroupChangePolicy: Unsupported value: "Never": supported values: "Always",...',
            'spec.securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"RuntimeDefault","Lo...',
            'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "x": supported values: "Merge",...',
            'spec.securityContext.seLinuxChangePolicy: Unsupported value: "MountOption": supported values: "Re...',
        ],
    ),
    (
        "spec.os",
        {"name": "plan9"},
        ['spec.os: Unsupported value: "plan9": supported values: "linux", "windows"'],
    ),
    (
        "spec.hostnameOverride",
        "A",
        [
            'spec.hostnameOverride: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower c...'
        ],
    ),
    (
        "spec.resourceClaims",
        [
            {"name": "c"},
            {"name": "c", "resourceClaimName": "x"},
            {"name": "", "resourceClaimName": "x", "resourceClaimTemplateName": "Y"},
        ],
        [
            'spec.resourceClaims[0]: Invalid value: {"Name":"c","ResourceClaimName":null,"ResourceClaimTemplat...',
            'spec.resourceClaims[1].name: Duplicate value: "c"',
            "spec.resourceClaims[2].name: Required value",
            'spec.resourceClaims[2]: Invalid value: {"Name":"","ResourceClaimName":"x","ResourceClaimTemplateN...',
            'spec.resourceClaims[2].resourceClaimTemplateName: Invalid value: "Y": a lowercase RFC 1123 subdom...',
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "emptyDir": {}, "hostPath": {"path": "a/../b"}}],
        ["spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"],
    ),
    (
        "spec.volumes",
        [{"name": "v", "hostPath": {"path": "/x", "type": "Odd"}}],
        [
            'spec.volumes[0].hostPath.type: Unsupported value: "Odd": supported values: "", "BlockDevice", "Ch...'
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "emptyDir": {"sizeLimit": "-1"}}],
        ["spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"],
    ),
    (
        "spec.volumes",
        [{"name": "v", "gitRepo": {"directory": "/x"}}],
        [
            "spec.volumes[0].gitRepo.repository: Required value",
            'spec.volumes[0].gitRepo.directory: Invalid value: "/x": must be a relative path',
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "gcePersistentDisk": {"partition": 300}}],
        [
            "spec.volumes[0].persistentDisk.pdName: Required value",
            "spec.volumes[0].persistentDisk.partition: Invalid value: 300: must be between 1 and 255, inclusive",
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "secret": {"defaultMode": 5000, "items": [{"path": "..x"}]}}],
        [
            "spec.volumes[0].secret.secretName: Required value",
            "spec.volumes[0].secret.defaultMode: Invalid value: 5000: must be a number between 0 and 0777 (oct...",
            "spec.volumes[0].secret.items[0].key: Required value",
            "spec.volumes[0].secret.items[0].path: Invalid value: \"..x\": must not start with '..'",
        ],
    ),
    ("spec.volumes", [{"name": "v", "configMap": {}}], ["spec.volumes[0].configMap.name: Required value"]),
    (
        "spec.volumes",
        [{"name": "v", "nfs": {"server": "s", "path": "x"}}],
        ['spec.volumes[0].nfs.path: Invalid value: "x": must be an absolute path'],
    ),
    (
        "spec.volumes",
        [
            {
                "name": "v",
                "iscsi": {
                    "targetPortal": "p",
                    "iqn": "x",
                    "lun": 256,
                    "chapAuthDiscovery": True,
                    "initiatorName": "eui.x",
                },
            }
        ],
        [
            'spec.volumes[0].iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
            "spec.volumes[0].iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive",
            "spec.volumes[0].iscsi.secretRef: Required value",
            'spec.volumes[0].iscsi.initiatorname: Invalid value: "eui.x": must be valid format',
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "glusterfs": {}}],
        [
            "spec.volumes[0].glusterfs.endpoints: Required value",
            "spec.volumes[0].glusterfs.path: Required value",
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "flocker": {"datasetName": "a/b", "datasetUUID": "x"}}],
        [
            'spec.volumes[0].flocker: Invalid value: "resource": datasetName and datasetUUID can not be specif...',
            "spec.volumes[0].flocker.datasetName: Invalid value: \"a/b\": must not contain '/'",
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "persistentVolumeClaim": {}}],
        ["spec.volumes[0].persistentVolumeClaim.claimName: Required value"],
    ),
    (
        "spec.volumes",
        [{"name": "v", "rbd": {}}],
        ["spec.volumes[0].rbd.monitors: Required value", "spec.volumes[0].rbd.image: Required value"],
    ),
    (
        "spec.volumes",
        [{"name": "v", "cinder": {"secretRef": {}}}],
        [
            "spec.volumes[0].cinder.volumeID: Required value",
            "spec.volumes[0].cinder.secretRef.name: Required value",
        ],
    ),
    ("spec.volumes", [{"name": "v", "cephfs": {}}], ["spec.volumes[0].cephfs.monitors: Required value"]),
    (
        "spec.volumes",
        [{"name": "v", "quobyte": {"registry": "x", "volume": "v"}}],
        [
            'spec.volumes[0].quobyte.registry: Invalid value: "x": must be a host:port pair or multiple pairs ...'
        ],
    ),
    (
        "spec.volumes",
        [
            {
                "name": "v",
                "downwardAPI": {
                    "items": [{"path": "a"}, {"path": "b", "resourceFieldRef": {"resource": "limits.cpu"}}]
                },
            }
        ],
        [
            "spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required",
            "spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value",
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "fc": {"targetWWNs": ["a"], "wwids": ["b"]}}],
        [
            'spec.volumes[0].fc.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified si...',
            "spec.volumes[0].fc.lun: Required value: lun is required if targetWWNs is specified",
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "flexVolume": {"driver": "", "options": {"kubernetes.io/x": "y"}}}],
        [
            "spec.volumes[0].flexVolume.driver: Required value",
            'spec.volumes[0].flexVolume.options[kubernetes.io/x]: Invalid value: "kubernetes.io/x": kubernetes...',
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "azureFile": {}}],
        [
            "spec.volumes[0].azureFile.secretName: Required value",
            "spec.volumes[0].azureFile.shareName: Required value",
        ],
    ),
    (
        "spec.volumes",
        [
            {
                "name": "v",
                "azureDisk": {"diskName": "d", "diskURI": "u", "kind": "Managed", "cachingMode": "x"},
            }
        ],
        [
            'spec.volumes[0].azureDisk.cachingMode: Unsupported value: "x": supported values: "None", "ReadOnl...',
            'spec.volumes[0].azureDisk.diskURI: Unsupported value: "u": supported values: "/subscriptions/{sub...',
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "storageos": {"volumeName": "A", "secretRef": {}}}],
        [
            'spec.volumes[0].storageos.volumeName: Invalid value: "A": a lowercase RFC 1123 label must consist...',
            "spec.volumes[0].storageos.secretRef.name: Required value",
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "scaleIO": {}}],
        [
            "spec.volumes[0].scaleIO.gateway: Required value",
            "spec.volumes[0].scaleIO.system: Required value",
            "spec.volumes[0].scaleIO.volumeName: Required value",
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "csi": {"driver": "_"}}],
        [
            'spec.volumes[0].csi.driver: Invalid value: "_": a lowercase RFC 1123 subdomain must consist of lo...'
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "image": {"pullPolicy": "x"}}],
        [
            "spec.volumes[0].image.reference: Required value",
            'spec.volumes[0].image.pullPolicy: Unsupported value: "x": supported values: "Always", "IfNotPrese...',
        ],
    ),
    (
        "spec.volumes",
        [{"name": "v", "ephemeral": {}}],
        ["spec.volumes[0].ephemeral.volumeClaimTemplate: Required value"],
    ),
    (
        "spec.volumes",
        [
            {
                "name": "v",
                "ephemeral": {
                    "volumeClaimTemplate": {
                        "metadata": {"name": "x"},
                        "spec": {"accessModes": ["Any"], "resources": {}},
                    }
                },
            }
        ],
        [
            "spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set",
            'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: "Any": support...',
            "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value",
        ],
    ),
    (
        "spec.volumes",
        [
            {
                "name": "v",
                "projected": {
                    "defaultMode": -1,
                    "sources": [
                        {
                            "secret": {"items": [{"key": "k", "path": "p"}]},
                            "configMap": {"name": "c", "items": [{"key": "k", "path": "p"}]},
                        },
                        {"serviceAccountToken": {"expirationSeconds": 1}},
                    ],
                },
            }
        ],
        [
            "spec.volumes[0].projected.defaultMode: Invalid value: -1: must be a number between 0 and 0777 (oc...",
            "spec.volumes[0].projected.sources[0].secret.name: Required value",
            'spec.volumes[0].projected: Invalid value: "c": conflicting duplicate paths',
            "spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source",
            "spec.volumes[0].projected.sources[1].serviceAccountToken.expirationSeconds: Invalid value: 1: may...",
            "spec.volumes[0].projected.path: Required value",
        ],
    ),
]


def test_a_good_pod_is_accepted() -> None:
    assert core_pods.validate_pod(POD) == []


@pytest.mark.parametrize(("path", "value", "errors"), CASES)
def test_pod(changed: Changed, path: str, value: Any, errors: list[str]) -> None:
    assert [said(error, 100) for error in core_pods.validate_pod(changed(POD, path, value))] == errors


def test_a_template_is_held_to_the_same_rules_under_its_own_path(changed: Changed) -> None:
    template = {
        "metadata": {"name": "t", "namespace": "default"},
        "template": changed({"spec": POD["spec"]}, "spec.restartPolicy", "Maybe"),
    }
    assert [said(error, 100) for error in core_pods.validate_pod_template(template)] == [
        'template.spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure",...'
    ]
