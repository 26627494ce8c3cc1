"""What to do about a refusal: the way that kubectl offers, where there is one."""

import re
from collections.abc import Collection
from copy import deepcopy
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.defaulting import default
from kplan.apiserver.errors import StatusError
from kplan.apiserver.meta import ANNOTATIONS_LIMIT
from kplan.kubectl.diagnose import without_namespace
from kplan.kubectl.reading import Info, source_of
from kplan.plan.change import Identity
from kplan.state.store import Store

_CONFLICT: Final = (
    "leave the field to its manager, write its value, or take it over with --server-side --force-conflicts; kplan plan "
    "shows with the same options what follows"
)
_TOO_LARGE: Final = (
    "kubectl apply keeps a copy of the manifest in an annotation, which is what is too long; kubectl apply --server-side keeps "
    "none, and kplan plan --server-side shows what follows"
)
_ORPHANS: Final = "; to keep its pods, kubectl delete statefulset {} --cascade=orphan and apply; claims that it made stay as they are either way"
_LOST: Final = {
    ("", "PersistentVolumeClaim"): " (with the data of its volume, unless that is retained)",
    ("apiextensions.k8s.io", "CustomResourceDefinition"): " (with all resources of its kind)",
}
"""What is lost when an object is deleted."""
POLICIES: Final = frozenset(
    {
        "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
    }
)  # fmt: skip
"""The kinds of what the API server reads about once a second, and asks from then on."""
_DENIED: Final = re.compile(r"[Pp]olicy '([^']+)' with binding '([^']+)' denied request")
_LATER: Final = (
    "the policy comes with the same apply and takes effect about a second later, so that kubectl apply may still accept this "
    "object; it is refused from then on, whenever it is written"
)
_ANNOTATIONS: Final = "metadata.annotations"


def way_out(refusal: BaseException | None, info: Info, before: Json | None, store: Store) -> str:
    """What to do about the server's refusal; empty if only the object itself can be corrected."""
    if not isinstance(refusal, StatusError):
        return "" if info.name else _named(info)
    if refusal.reason == "Conflict":
        return _CONFLICT
    too_long = any(
        (cause.field, cause.type) == (_ANNOTATIONS, "FieldValueTooLong") for cause in refusal.causes
    )
    if too_long and not _has_long_annotations(info):
        return _TOO_LARGE
    return without_namespace(refusal) or _holder(refusal, info, store) or _leftover(refusal, info, before)


def way_of_policy(refusal: str, fresh: Collection[str]) -> str:
    """What to know of a policy's refusal where the policy or its binding is one of those that are applied as well."""
    found = _DENIED.search(refusal)
    return _LATER if found is not None and not set(found.groups()).isdisjoint(fresh) else ""


def _named(info: Info) -> str:
    """How an object without a name gets one."""
    name = "give it a name (metadata.name)"
    if not info.value["metadata"].get("generateName"):
        return name
    return (
        f"{name}, or make it with kubectl create -f {source_of(info.origin)}, which generates one each time"
    )


def _holder(refusal: StatusError, info: Info, store: Store) -> str:
    """The Service that has the port of the nodes, or the address, which another one asks for."""
    taken = [one for one in refusal.causes if "is already allocated" in one.message]
    if not taken or info.resource.kind != "Service":
        return ""
    wanted = _held_by(info.value)
    for other in store.list("", "Service"):
        shared = sorted(map(str, wanted & _held_by(other))) if store.key_of(other) != info.key else ()
        if shared:
            metadata = other["metadata"]
            return f"service/{metadata['name']} -n {metadata['namespace']} has {', '.join(shared)}"
    return ""


def _held_by(service: Json) -> set[Any]:
    """The ports of the nodes and the addresses that a Service asks for, or has."""
    spec = service.get("spec") or {}
    ports = (one.get("nodePort") for one in spec.get("ports") or ())
    return {*ports, spec.get("clusterIP"), *(spec.get("clusterIPs") or ())} - {None, 0, "", "None"}


def _leftover(refusal: StatusError, info: Info, before: Json | None) -> str:
    """The refused field if only the stored object has it, for example from a default."""
    paths = [cause.field for cause in refusal.causes]
    path = next((one for one in paths if _stands(before, one) and not _stands(info.value, one)), "")
    if not path:
        return ""
    by_default = deepcopy(info.value)
    default(by_default)
    if _at(by_default, path) == _at(before, path):
        return f"{path} is not in the manifest and {_at(before, path)} by default: give it another value"
    return f"{path} is not in the manifest and stays as it is stored: write it as null to remove it"


def _stands(value: Any, path: str) -> bool:
    """Whether an object has a field; those of items of lists are not looked for."""
    return _at(value, path) is not None


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _has_long_annotations(info: Info) -> bool:
    """Whether those of the manifest are too long by themselves."""
    own = info.value["metadata"].get("annotations") or {}
    return sum(len(f"{name}{text}".encode()) for name, text in own.items()) > ANNOTATIONS_LIMIT


def replacement(one: Identity, own_file: str) -> str:
    """How to change a field that cannot be changed in place.

    ``kubectl replace --force`` deletes everything that a file holds, so it is a way only for an
    object with a file of its own.
    """
    lost = _LOST.get((one.key.group, one.kind), "")
    keeps = _ORPHANS.format(one.name) if one.key[:2] == ("apps", "StatefulSet") else ""
    way = (
        f"kubectl replace --force -f {own_file}"
        if own_file
        else f"kubectl delete {one.title}, and apply again"
    )
    return (
        f"nothing of it changes; to have it deleted{lost} and created anew: {way}; "
        f"kplan plan --replace shows what follows{keeps}"
    )
