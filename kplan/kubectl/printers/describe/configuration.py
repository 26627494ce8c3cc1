"""ConfigMaps and Secrets.

Decided: a value that the state keeps as a hash has no size to tell.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (ConfigMapDescriber, SecretDescriber)
"""

import base64
import binascii

from kplan.api.core.configuration import ConfigMap, Secret
from kplan.api.object import Json
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.state.secrets import is_hash

_TOKEN_TYPE = "kubernetes.io/service-account-token"  # noqa: S105 - the name of a type


def config_map(value: Json, page: Page, scene: Scene) -> None:
    """A ConfigMap with its texts, and the sizes of what is no text."""
    identity(page, value)
    labelled(page, value)
    page.write(0, "\nData\n====\n")
    found = ConfigMap(value)
    data, binary = found.data, found.binary_data
    for key in sorted(data):
        page.write(0, f"{key}:\n----\n{data[key]}\n\n")
    page.write(0, "\nBinaryData\n====\n")
    for key in sorted(binary):
        page.write(0, f"{key}: {len(_decoded(binary[key]))} bytes\n")
    page.end()
    events(page, value, scene)


def secret(value: Json, page: Page, scene: Scene) -> None:
    """A Secret with the sizes of its values."""
    del scene
    found = Secret(value)
    identity(page, value)
    labelled(page, value)
    page.write(0, f"\nType:\t{found.type}\n")
    page.write(0, "\nData\n====\n")
    data = found.data
    for key in sorted(data):
        content = _decoded(data[key])
        if is_hash(data[key]):
            page.field(0, key, "<hashed>")
        elif key == "token" and found.type == _TOKEN_TYPE:
            page.field(0, key, content.decode(errors="surrogateescape"))
        else:
            page.field(0, key, f"{len(content)} bytes")


def _decoded(text: str | None) -> bytes:
    try:
        return base64.b64decode(text or "")
    except binascii.Error:
        return (text or "").encode()
