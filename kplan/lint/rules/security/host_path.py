"""A pod mounts a directory of its node.

A hostPath volume breaks the container's isolation: files of the node, its kubelet and other
pods can be read or changed.

Fix: use a PersistentVolumeClaim, emptyDir or configMap; where the node's files are needed, mount them read-only.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.lint.hostpaths import is_plain
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes

_NONE: Final[tuple[str, ...]] = ()
ALLOWED: Final = Option(
    "SEC007.allowed", Takes.TEXTS, _NONE, "Directories that may be mounted, with * for any text: /data/*."
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report hostPath volumes; system directories are another rule's."""
    for where, volume in subject.volumes():
        mounted = text(volume, "hostPath", "path")
        if is_plain(mounted) and not any(fnmatchcase(mounted, one) for one in subject.option(ALLOWED)):
            path = where / "hostPath" / "path"
            what = "file" if text(volume, "hostPath", "type").startswith("File") else "directory"
            yield Finding(path, f"volume {text(volume, 'name')!r} is the {what} {mounted} of the node")


RULE = Rule(
    code="SEC007",
    name="host-path",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(ALLOWED,),
    aliases=("polaris:hostPathSet",),
    good=("spec: {containers: [{name: a, image: b}], volumes: [{name: v, emptyDir: {}}]}",),
    bad=("spec: {containers: [{name: a, image: b}], volumes: [{name: v, hostPath: {path: /data}}]}",),
    references=("https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",),
)
