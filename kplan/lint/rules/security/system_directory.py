"""A pod mounts a system directory of its node.

Whoever can read or write there can take over the node: its programs, devices, keys and other pods.

Fix: use another kind of volume; where an agent of the node needs it, mount the one file it needs, read-only.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.lint.hostpaths import is_system
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes

_NONE: Final[tuple[str, ...]] = ()
ALLOWED: Final = Option(
    "SEC022.allowed",
    Takes.TEXTS,
    _NONE,
    "Directories that may be mounted, with * for any text: /sys/fs/cgroup.",
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report hostPath volumes of directories that belong to the system or the kubelet."""
    for where, volume in subject.volumes():
        directory = text(volume, "hostPath", "path")
        if is_system(directory) and not any(fnmatchcase(directory, one) for one in subject.option(ALLOWED)):
            path = where / "hostPath" / "path"
            yield Finding(
                path, f"volume {text(volume, 'name')!r} is {directory}, a part of the node's system"
            )


RULE = Rule(
    code="SEC022",
    name="system-directory",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(ALLOWED,),
    aliases=("kube-linter:sensitive-host-mounts", "polaris:hostPathSet"),
    good=("spec: {volumes: [{name: v, hostPath: {path: /etcetera}}], containers: [{name: a, image: b}]}",),
    bad=(
        "spec: {volumes: [{name: v, hostPath: {path: /etc/ssl}}], containers: [{name: a, image: b}]}",
        "spec: {volumes: [{name: v, hostPath: {path: /}}], containers: [{name: a, image: b}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",),
)
