"""The object that a token is bound to, with whose end it ends.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_token.go, pkg/registry/core/serviceaccount/storage/token.go
"""

from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag

BOUND: Final = (
    Flag("bound-object-kind", "Kind of the object that the token is bound to.", metavar="Node|Pod|Secret"),
    Flag("bound-object-name", "Name of that object.", metavar="NAME"),
    Flag("bound-object-uid", "UID that the object has to have.", metavar="UID"),
)
_KINDS: Final = ("Node", "Pod", "Secret")


def check_bound(arguments: Arguments) -> None:
    """Refuse flags that contradict each other. Raises UsageError."""
    kind = arguments.text("bound-object-kind")
    if not kind:
        for name in ("bound-object-name", "bound-object-uid"):
            if arguments.text(name):
                raise UsageError(f"--{name} can only be set if --bound-object-kind is provided")
    elif kind not in _KINDS:
        raise UsageError(f"supported --bound-object-kind values are {', '.join(_KINDS)}")
    elif not arguments.text("bound-object-name"):
        raise UsageError("--bound-object-name is required if --bound-object-kind is provided")


def reference_of(arguments: Arguments) -> Json | None:
    """``spec.boundObjectRef``."""
    kind, uid = arguments.text("bound-object-kind"), arguments.text("bound-object-uid")
    if not kind:
        return None
    name = arguments.text("bound-object-name")
    return {"apiVersion": "v1", "kind": kind, "name": name, **({"uid": uid} if uid else {})}


def bound_to(arguments: Arguments, server: Server, account: Json) -> Json:
    """The reference from a token to the object it is bound to; empty if there is none.

    Raises UsageError as the server refuses.
    """
    kind = arguments.text("bound-object-kind")
    if not kind:
        return {}
    place = "" if kind == "Node" else account["metadata"]["namespace"]
    try:
        found = server.get(ObjectKey("", kind, place, arguments.text("bound-object-name")))
    except StatusError as refusal:
        raise UsageError(f"failed to create token: {refusal.message}") from refusal
    _check_found(found, kind, account, arguments.text("bound-object-uid"))
    claims = {kind.lower(): _claim(found)}
    if kind == "Pod" and (node := node_of(found)):
        claims["node"] = _claim(server.find(ObjectKey("", "Node", "", node)) or {"metadata": {"name": node}})
    return claims


def _check_found(found: Json, kind: str, account: Json, uid: str) -> None:
    name = account["metadata"]["name"]
    if kind == "Pod" and found["spec"].get("serviceAccountName") != name:
        raise UsageError(
            f"failed to create token: cannot bind token for serviceaccount {go_quote(name)} to pod running with "
            "different serviceaccount name."
        )
    if uid and uid != found["metadata"].get("uid"):
        raise UsageError(
            f"failed to create token: Operation cannot be fulfilled on {kind} {go_quote(found['metadata']['name'])}: "
            f"the UID in the bound object reference ({uid}) does not match the UID in record. "
            "The object might have been deleted and then recreated"
        )


def _claim(value: Any) -> Json:
    metadata = value["metadata"]
    return {name: metadata[name] for name in ("name", "uid") if metadata.get(name)}
