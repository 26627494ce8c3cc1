"""cat and ls of what the kubelet puts into a container: files about names, ConfigMaps, Secrets and the pod's namespace.

Upstream: pkg/kubelet/kubelet_pods.go (managedHostsFileContent), pkg/volume/{configmap,secret}
"""

import posixpath
from collections.abc import Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import volumes_of
from kplan.kubectl.answers.answer import Answer, Inside
from kplan.masking.names import MASK
from kplan.masking.objects import concealed
from kplan.network import resolver

_NODES_OWN: Final = "the pod has its node's /etc/resolv.conf, which is not known"


def cat(words: Sequence[str], inside: Inside) -> Answer | None:
    """What is in files."""
    texts = [_content(path, inside) for path in words]
    if not texts or any(text is None for text in texts):
        return Answer(remark=_NODES_OWN) if list(words) == ["/etc/resolv.conf"] else None
    return Answer("".join(text for text in texts if text is not None))


def ls(words: Sequence[str], inside: Inside) -> Answer | None:
    """The files of a folder that a volume makes."""
    paths = [word for word in words if not word.startswith("-")]
    if len(paths) != 1 or "-l" in words:
        return None
    folder = posixpath.normpath(paths[0])
    names = sorted(posixpath.basename(path) for path in _mounted(inside) if posixpath.dirname(path) == folder)
    return Answer("".join(f"{name}\n" for name in names)) if names else None


def _content(path: str, inside: Inside) -> str | None:
    match posixpath.normpath(path):
        case "/etc/resolv.conf":
            return resolver.resolv_conf(inside.server.store, inside.pod)
        case "/etc/hosts":
            return resolver.hosts(inside.pod)
        case "/etc/hostname":
            return f"{resolver.hostname(inside.pod)}\n"
        case "/var/run/secrets/kubernetes.io/serviceaccount/namespace":
            return str(inside.pod["metadata"]["namespace"])
        case other:
            return _mounted(inside).get(other)


def _mounted(inside: Inside) -> dict[str, str]:
    """The files of mounted ConfigMaps and Secrets; what is in a Secret stays hidden."""
    volumes = {volume["name"]: volume for volume in volumes_of(inside.pod)}
    found: dict[str, str] = {}
    for mount in inside.container.get("volumeMounts") or ():
        files = _files(volumes.get(mount["name"], {}), inside)
        path = posixpath.normpath(mount["mountPath"])
        if mount.get("subPath"):
            if mount["subPath"] in files:
                found[path] = files[mount["subPath"]]
            continue
        found |= {posixpath.join(path, name): text for name, text in files.items()}
    return found


def _files(volume: Json, inside: Inside) -> dict[str, str]:
    sources = [volume, *((volume.get("projected") or {}).get("sources") or ())]
    found: dict[str, str] = {}
    for source in sources:
        if config := source.get("configMap"):
            found |= _keys("ConfigMap", config.get("name", ""), config, inside)
        if secret := source.get("secret"):
            found |= _keys("Secret", secret.get("secretName") or secret.get("name", ""), secret, inside)
    return found


def _keys(kind: str, name: str, source: Json, inside: Inside) -> dict[str, str]:
    value = inside.server.find(ObjectKey("", kind, inside.pod["metadata"]["namespace"], name)) or {}
    data = (value if kind == "Secret" else concealed(value)).get("data") or {}
    paths = {one["key"]: one["path"] for one in source.get("items") or ()} or {key: key for key in data}
    return {path: MASK if kind == "Secret" else data[key] for key, path in paths.items() if key in data}
