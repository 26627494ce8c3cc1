"""A node's kubelet is older than the control plane supports after the upgrade.

A kubelet may be at most three minors older than the API server that it talks to, two where it is older than
1.25. The control plane goes one minor at a time, so such a node has to be upgraded on the way. It may go on
working; nobody tests it.

Fix: upgrade the node's kubelet before the control plane goes further.
"""

import re
from collections.abc import Iterator

from kplan.api.walk import text
from kplan.fieldpath import FieldPath
from kplan.upgrade.check import Check, Example, Problem, Severity, Subject

_MOST = 3
_MOST_BEFORE_1_25 = 2


def check(subject: Subject) -> Iterator[Problem]:
    """Look at the version that each node's kubelet reports."""
    version = text(subject.value, "status", "nodeInfo", "kubeletVersion") if subject.kind == "Node" else ""
    found = re.match(r"v?1\.(\d+)\b", version)
    if not found:
        return
    minor, (_, target) = int(found[1]), subject.minors
    most = _MOST if minor >= 25 else _MOST_BEFORE_1_25
    if target - minor > most:
        yield Problem(
            FieldPath.parse("status.nodeInfo.kubeletVersion"),
            f"its kubelet {version} is more than {most} minors older than Kubernetes 1.{target}",
            f"upgrade it to 1.{target - _MOST} or later before the control plane goes to 1.{target}",
        )


_NODE = """
apiVersion: v1
kind: Node
metadata: {name: a}
status: {nodeInfo: {kubeletVersion: %s}}
"""

CHECK = Check(
    code="UPG008",
    name="version-skew",
    severity=Severity.WARNING,
    check=check,
    affected=(Example(_NODE % "v1.31.4", 34, 35), Example(_NODE % "v1.24.4", 26, 27)),
    unaffected=(Example(_NODE % "v1.32.4", 34, 35), Example(_NODE % "v1.31.4", 33, 34)),
    references=("https://kubernetes.io/releases/version-skew-policy/",),
)
