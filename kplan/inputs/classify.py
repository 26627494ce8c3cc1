"""What kind of file it is if it is not a manifest: judged by a conventional name, or by its content.

A document that has ``apiVersion`` or ``kind`` counts as a manifest unless its type is known to be read by a tool
instead of a cluster, or its ``kind`` holds more than a name and nothing else is a manifest's; so does one that has
``metadata.name`` beside a spec, for somebody meant it to be one.
"""

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from os.path import basename, dirname, join
from typing import Any, Final

from kplan.inputs.clustertests import ASSERTION
from kplan.inputs.clustertests import by_name as is_assertion
from kplan.inputs.kustomizations import GROUP, is_kustomization

OTHER_YAML: Final = "other YAML file"
OTHER_JSON: Final = "other JSON file"
TEMPLATE: Final = "Helm template"
UNREADABLE: Final = "unreadable file"
_OWN: Final = "kplan file"
"""A report, a saved plan or a baseline."""

_NAMES: Final = (
    ("docker-compose*.y*ml", "Compose file"),
    ("compose*.y*ml", "Compose file"), ("*/.github/workflows/*", "workflow"), (".gitlab-ci.yml", "workflow"),
    ("*/.circleci/*", "workflow"), (".travis.yml", "workflow"), ("azure-pipelines*.yml", "workflow"),
    ("cloudbuild*.yaml", "workflow"), ("package.json", "package file"), ("package-lock.json", "package file"),
    ("composer.json", "package file"), ("tsconfig*.json", "tool setting"),
)  # fmt: skip
_FOREIGN: Final = (
    (GROUP, "kustomization"), ("builtin", "kustomize setting"), ("kind.x-k8s.io/", "tool setting"),
    ("k3d.io/", "tool setting"), ("kubeadm.k8s.io/", "tool setting"), ("kubelet.config.k8s.io/", "tool setting"),
    ("kubeproxy.config.k8s.io/", "tool setting"), ("kubescheduler.config.k8s.io/", "tool setting"),
    ("kubecontrollermanager.config.k8s.io/", "tool setting"), ("apiserver.config.k8s.io/", "tool setting"),
    ("apiserver.k8s.io/", "tool setting"), ("audit.k8s.io/", "tool setting"), ("skaffold/", "tool setting"),
    ("client.authentication.k8s.io/", "tool setting"), ("kapp.k14s.io/", "tool setting"),
    ("kbld.k14s.io/", "tool setting"), ("vendir.k14s.io/", "tool setting"), ("eksctl.io/", "tool setting"),
    ("backstage.io/", "tool setting"), ("config.kubernetes.io/", "tool setting"), ("kpt.dev/", "tool setting"),
    ("install.istio.io/", "tool setting"), ("descheduler/", "tool setting"),
    ("chainsaw.kyverno.io/", "test"), ("cli.kyverno.io/", "test"), ("kuttl.dev/", "test"),
)  # fmt: skip
"""Types that tools read from files, by the beginning of their apiVersion."""
_BEGINNINGS: Final = tuple(beginning for beginning, _ in _FOREIGN)
_NEEDED: Final = {
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), "selector"),
    "CustomResourceDefinition": "names",
}
"""For each kind a field of its spec that is missing only in a partial object, such as a patch."""
_OLD_SETTINGS: Final = (("v1", "Policy"), ("v1", "EncryptionConfig"))
"""Settings of the scheduler and the API server from before they had groups of their own."""
_PARTS: Final = frozenset({"metadata", "spec", "data", "rules", "items"})
"""What an object has beside its type; an index of charts and the settings of Ansible have an apiVersion alone."""
_TALOS: Final = "v1alpha1"
"""The version of the parts of a machine's configuration, which have no group,
as no kind of Kubernetes in that version.
"""
_WRITTEN = rb'(?m:^([ \t]*)(?:[{,][ \t{,]*)?["\']?(apiVersion|kind)["\']?\s*:)'
_PATCH_STEPS: Final = frozenset({"add", "remove", "replace", "move", "copy", "test"})


def by_name(path: str, exists: Callable[[str], bool]) -> str:
    """What the name of a file says; empty if it says nothing. ``exists`` knows the other files."""
    name = basename(path)  # noqa: PTH119 - asked of every file
    if name in ("Chart.yaml", "Chart.lock"):
        return "Helm chart"
    if name.startswith("values") and exists(join(dirname(path), "Chart.yaml")):  # noqa: PTH118, PTH120 - likewise
        return "values file"
    if is_assertion(name):
        return ASSERTION
    return TEMPLATE if _in_chart(path, exists) else ""


def by_convention(path: str) -> str:
    """What a conventional name says about a file that is not written as a manifest; empty if it says nothing."""
    name, whole = basename(path), "/" + path.removeprefix("./")  # noqa: PTH119 - likewise
    return next((what for one, what in _NAMES if fnmatchcase(whole if "/" in one else name, one)), "")


def _in_chart(path: str, exists: Callable[[str], bool]) -> bool:
    """Whether a file lies in the ``templates`` folder of a chart."""
    folder = dirname(path)  # noqa: PTH120 - likewise
    while "templates" in folder:
        if basename(folder) == "templates":  # noqa: PTH119 - likewise
            return exists(join(dirname(folder), "Chart.yaml"))  # noqa: PTH118, PTH120 - likewise
        folder = dirname(folder)  # noqa: PTH120 - likewise
    return False


def by_content(path: str, values: Sequence[Any], wanted: str = "", *, left_out: bool = False) -> str:
    """What documents are, if none of them is a manifest, or of a ``wanted`` type; empty if one is, or none.

    The file is ``left_out`` where a kustomization stands around it and none takes it as a resource.
    """
    found = list[str]()
    for value in values:
        found.append(_document(path, value, wanted, left_out=left_out))
        if not found[-1]:
            return ""
    if not found:
        return ""
    return found[0] if found[0] not in (OTHER_YAML, OTHER_JSON) else by_convention(path) or found[0]


def _document(path: str, value: Any, wanted: str, *, left_out: bool) -> str:
    if isinstance(value, list):
        return _list(path, value)
    if not isinstance(value, dict):
        return _other(path)
    if is_kustomization(path, value):
        return "kustomization"
    if "$patch" in value or _is_part(path, value, left_out=left_out):
        return "patch"
    version, kind = value.get("apiVersion"), value.get("kind")
    if isinstance(version, str) and version.startswith(_BEGINNINGS):
        for beginning, what in _FOREIGN:
            if version.startswith(beginning) and beginning != wanted:
                return what
    if (version, kind) in _OLD_SETTINGS or (version == _TALOS and str(kind).endswith("Config")):
        return "tool setting"
    if kind == "Config" and version == "v1" and ("clusters" in value or "contexts" in value):
        return "kubeconfig"
    if version is None and isinstance(kind, str) and kind.islower() and "steps" in value:
        return "workflow"
    other = version is None and isinstance(kind, (dict, list))
    typed = (kind is not None and not other) or (isinstance(version, str) and not _PARTS.isdisjoint(value))
    if not typed and is_own(value):
        return _OWN
    if not typed and not _is_meant(value):
        return "values file" if basename(path).startswith("values") else _other(path)  # noqa: PTH119 - likewise
    return ""


def is_own(value: dict[str, Any]) -> bool:
    """Whether kplan wrote a document: a report or a plan as JSON, or a baseline."""
    return "format_version" in value and ("kplan_version" in value or "findings" in value)


def _is_part(path: str, value: dict[str, Any], *, left_out: bool) -> bool:
    """Whether an object lacks what none of its kind can do without, in a file that is named as a patch or left out."""
    named = left_out or "/patches/" in path or "patch" in basename(path)  # noqa: PTH119 - likewise
    spec, needed = value.get("spec"), _NEEDED.get(str(value.get("kind"))) if named else None
    return needed is not None and (spec is None or (isinstance(spec, dict) and needed not in spec))


def _is_meant(value: dict[str, Any]) -> bool:
    """Whether a document without a type has the shape of an object."""
    metadata = value.get("metadata")
    return (
        isinstance(metadata, dict)
        and "name" in metadata
        and bool(value.keys() & {"spec", "data", "rules", "subjects"})
    )


def _list(path: str, items: list[Any]) -> str:
    if any(isinstance(item, dict) and {"apiVersion", "kind"} <= item.keys() for item in items):
        return ""
    steps = all(
        isinstance(item, dict) and item.get("op") in _PATCH_STEPS and "path" in item for item in items
    )
    return "patch" if items and steps else _other(path)


def _other(path: str) -> str:
    return OTHER_JSON if path.endswith(".json") else OTHER_YAML


def is_written_as_manifest(data: bytes) -> bool:
    """Whether an unreadable text is meant as a manifest: it has both ``apiVersion`` and ``kind``,
    or one of them unindented.

    A template may be one of anything, and what is indented may be a setting of anything.
    """
    found = re.findall(_WRITTEN, data)
    return any(not indent for indent, _ in found) or len({word for _, word in found}) > 1
