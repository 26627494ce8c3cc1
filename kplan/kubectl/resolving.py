"""What a variable refers to, as ``set env --list --resolve`` looks it up: in the cluster, and in the object itself.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/env/env_resolve.go
"""

import base64
import re
from collections.abc import Callable, Mapping
from copy import copy
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.server import Server
from kplan.namedtuples import NamedTuple

_KINDS: Final = (("secretKeyRef", "Secret", "secret"), ("configMapKeyRef", "ConfigMap", "config map"))
_PLAIN: Final = ("metadata.name", "metadata.namespace", "metadata.uid")
_SUBSCRIPT: Final = re.compile(r"(.+?)\['(.*)'\]", re.DOTALL)
_AMOUNT: Final = re.compile(r"(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)")


class UnresolvedError(Exception):
    """The value cannot be found; the text is kubectl's."""


class Resolver(NamedTuple):
    """Looks up what variables of objects of a namespace refer to."""

    server: Server
    namespace: str
    shown: Callable[[Json], Json] = copy
    """What may be shown of a ConfigMap."""

    def value(self, source: Json, container: Json, obj: Json) -> str:
        """The value. Raises UnresolvedError."""
        for field, kind, name in _KINDS:
            if reference := source.get(field):
                return self._key(reference, kind, name)
        if reference := source.get("fieldRef"):
            return _field(obj["metadata"], reference["fieldPath"])
        if reference := source.get("resourceFieldRef"):
            return _amount(reference, container.get("resources") or {})
        raise UnresolvedError("invalid valueFrom")

    def _key(self, reference: Json, kind: str, name: str) -> str:
        try:
            held = self.server.get(ObjectKey("", kind, self.namespace, reference["name"]))
        except StatusError as refusal:
            raise UnresolvedError(refusal.message) from refusal
        found = (held if kind == "Secret" else self.shown(held)).get("data") or {}
        if reference["key"] not in found:
            raise UnresolvedError(f"key {reference['key']} not found in {name} {reference['name']}")
        text = str(found[reference["key"]])
        return base64.b64decode(text).decode(errors="replace") if kind == "Secret" else text


def _field(metadata: Json, path: str) -> str:
    parts = _SUBSCRIPT.fullmatch(path)
    if parts is not None:
        if parts[1] not in ("metadata.labels", "metadata.annotations"):
            raise UnresolvedError(f"fieldPath {go_quote(path)} does not support subscript")
        held = metadata.get(parts[1].partition(".")[2]) or {}
        return str(held.get(parts[2], ""))
    if path in ("metadata.labels", "metadata.annotations"):
        held = metadata.get(path.partition(".")[2]) or {}
        return "\n".join(f"{key}={go_quote(str(held[key]))}" for key in sorted(held))
    if path not in _PLAIN:
        raise UnresolvedError(f"unsupported fieldPath: {path}")
    return str(metadata.get(path.partition(".")[2]) or "")


def _amount(reference: Json, resources: Mapping[str, Json]) -> str:
    """A quantity in units of the divisor, rounded up; 0 if it is not set."""
    found = _AMOUNT.fullmatch(reference["resource"])
    if found is None:
        raise UnresolvedError(f"Unsupported container resource : {reference['resource']}")
    whole = Quantity.parse(str((resources.get(found[1]) or {}).get(found[2], "0")))
    divisor = Quantity.parse(str(reference.get("divisor") or "1"))
    divisor = Quantity.of(1) if divisor.is_zero() else divisor
    if found[2] == "cpu":
        return str(-(-whole.milli() // divisor.milli()))
    return str(-(-whole.value() // divisor.value()))
