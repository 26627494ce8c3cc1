"""What is wrong in a kind cluster configuration, and which of its settings change nothing here.

Upstream: sigs.k8s.io/kind/pkg/apis/config/v1alpha4/types.go (fields; unknown ones are refused)
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any, Final

from kplan.api.object import Json
from kplan.diagnostics import Diagnostic, Severity
from kplan.fieldpath import ROOT, FieldPath
from kplan.manifest.document import Document
from kplan.naming import nearest

_UNKNOWN: Final = "API002"
_WRONG: Final = "API003"
_TOP: Final[Mapping[str, str]] = {
    "kind": "a string", "apiVersion": "a string", "name": "a string", "nodes": "a list", "networking": "a mapping",
    "featureGates": "a mapping", "runtimeConfig": "a mapping", "kubeadmConfigPatches": "a list",
    "kubeadmConfigPatchesJSON6902": "a list", "containerdConfigPatches": "a list", "containerdConfigPatchesJSON6902": "a list",
}  # fmt: skip
_NODE: Final[Mapping[str, str]] = {
    "role": "a string", "image": "a string", "labels": "a mapping", "extraMounts": "a list", "extraPortMappings": "a list",
    "kubeadmConfigPatches": "a list", "kubeadmConfigPatchesJSON6902": "a list",
}  # fmt: skip
_NETWORKING: Final[Mapping[str, str]] = {
    "ipFamily": "a string", "apiServerPort": "a number", "apiServerAddress": "a string", "podSubnet": "a string",
    "serviceSubnet": "a string", "disableDefaultCNI": "a boolean", "kubeProxyMode": "a string", "dnsSearch": "a list",
}  # fmt: skip
_TYPES: Final[Mapping[str, Any]] = {
    "a string": str, "a list": list, "a mapping": dict, "a number": int, "a boolean": bool,
}  # fmt: skip
_ONE_OF: Final[Mapping[str, Sequence[str]]] = {
    "role": ("control-plane", "worker"), "ipFamily": ("ipv4", "ipv6", "dual"), "kubeProxyMode": ("iptables", "ipvs", "nftables", "none"),
}  # fmt: skip
_WITHOUT_EFFECT: Final = frozenset(
    {"featureGates", "runtimeConfig", "kubeadmConfigPatchesJSON6902", "dnsSearch"}
)  # fmt: skip
"""Settings that would change what a cluster does, and are not followed."""
_VERSION: Final = re.compile(r"/node:v(1\.\d+)\.")


def problems(document: Document, minor: str) -> Iterator[Diagnostic]:
    """Every mistake, as an error, and every setting that a cluster of this minor does not follow, as a warning."""
    value = document.value
    yield from _fields(document, ROOT, value, _TOP)
    if isinstance(networking := value.get("networking"), dict):
        path = ROOT / "networking"
        yield from _fields(document, path, networking, _NETWORKING)
        if networking.get("ipFamily") in ("ipv6", "dual"):
            text = f"{networking['ipFamily']} is not followed: clusters have IPv4 addresses alone"
            yield _told(document, path / "ipFamily", text)
        for name, usual in (("podSubnet", "10.244.0.0/16"), ("serviceSubnet", "10.96.0.0/16")):
            if isinstance(given := networking.get(name), str) and not any(map(_is_range, given.split(","))):
                yield _wrong(
                    document,
                    path / name,
                    f"an IPv4 range, as {usual}",
                    "kplan knows no cluster of IPv6 alone",
                )
    if value.get("kubeadmConfigPatches"):
        yield _told(
            document,
            ROOT / "kubeadmConfigPatches",
            "is not followed: only those of a node are, for its labels and taints",
        )
    nodes = value.get("nodes")
    for place, node in enumerate(nodes if isinstance(nodes, list) else ()):
        path = ROOT / "nodes" / place
        if not isinstance(node, dict):
            yield _wrong(document, path, "a mapping")
            continue
        yield from _fields(document, path, node, _NODE)
        found = _VERSION.search(str(node.get("image")))
        if found and found[1] != minor:
            text = f"is of Kubernetes {found[1]}; the cluster is of {minor}"
            yield _told(document, path / "image", text, f"choose it with --kubernetes-version {found[1]}")


def _is_range(text: str) -> bool:
    try:
        IPv4Network(text.strip(), strict=False)
    except ValueError:
        return not text.strip()
    return True


def _fields(
    document: Document, path: FieldPath, value: Json, known: Mapping[str, str]
) -> Iterator[Diagnostic]:
    for name, given in value.items():
        wanted = known.get(name)
        where = path / name
        if wanted is None:
            meant = nearest(name, known)
            place, excerpt = document.pointed(where, key=True)
            hint = f"did you mean '{meant}'?" if meant else f"known are {', '.join(known)}"
            yield Diagnostic(
                _UNKNOWN, f"unknown field '{where}' of a kind cluster configuration", path=where, location=place, excerpt=excerpt,
                help=hint,
            )  # fmt: skip
        elif given is None:
            continue
        elif not isinstance(given, _TYPES[wanted]) or (wanted == "a number" and isinstance(given, bool)):
            yield _wrong(document, where, wanted)
        elif name in _ONE_OF and given not in _ONE_OF[name]:
            yield _wrong(document, where, " or ".join(_ONE_OF[name]))
        elif given and name in _WITHOUT_EFFECT:
            yield _told(document, where, "is not followed")


def _wrong(document: Document, path: FieldPath, wanted: str, hint: str = "") -> Diagnostic:
    place, excerpt = document.pointed(path)
    message = f"'{path}' of a kind cluster configuration must be {wanted}"
    return Diagnostic(_WRONG, message, path=path, location=place, excerpt=excerpt, help=hint)


def _told(document: Document, path: FieldPath, message: str, hint: str = "") -> Diagnostic:
    place, excerpt = document.pointed(path)
    return Diagnostic(
        _UNKNOWN, f"{path} of the kind cluster configuration {message}", Severity.WARNING, path=path, location=place, excerpt=excerpt,
        help=hint,
    )  # fmt: skip
