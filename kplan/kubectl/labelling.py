"""kubectl cordon, uncordon, taint, label and annotate: small changes of one object, and the word for each.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/{drain,taint,label,annotate}
"""

from collections.abc import Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.patching import PatchType
from kplan.apiserver.server import Server
from kplan.kubectl.printed import Printed, aggregate
from kplan.kubectl.wording import error_text


def cordon(server: Server, name: str, printed: Printed, *, desired: bool = True) -> Json | None:
    """Make a node unschedulable, or schedulable again; the answer is the node, None where there is none."""
    node = _get(server, ObjectKey("", "Node", "", name), printed)
    if node is None:
        return None
    word = "cordoned" if desired else "uncordoned"
    if bool((node.get("spec") or {}).get("unschedulable")) == desired:
        printed.say(f"node/{name} already {word}")
        return node
    answer = _patch(server, node, {"spec": {"unschedulable": True if desired else None}}, printed)
    if answer is not None:
        printed.say(f"node/{name} {word}")
    return answer


def taint(
    server: Server,
    name: str,
    add: Sequence[Json],
    remove: Sequence[Json],
    printed: Printed,
    *,
    overwrite: bool = False,
) -> None:
    """Put taints on a node and take others off; one to remove names a key and perhaps an effect."""
    node = _get(server, ObjectKey("", "Node", "", name), printed)
    if node is None:
        return
    present: list[Json] = list((node.get("spec") or {}).get("taints") or ())
    taken = [item for item in present if any(_same_taint(item, new) for new in add)]
    if taken and not overwrite:
        keys = ", ".join(dict.fromkeys(str(item["key"]) for item in taken))
        text = f"node {name} already has {keys} taint(s) with same effect(s) and --overwrite is false"
        printed.fail(f"error: {text}")
        return
    missing = [item for item in remove if not any(_removes(item, old) for old in present)]
    if missing:
        errors = [f"taint {_missing(item)} not found" for item in missing]
        printed.fail(f"error: {aggregate(errors)}")
        return
    kept = [old for old in present if old not in taken and not any(_removes(item, old) for item in remove)]
    if _patch(server, node, {"spec": {"taints": [*add, *kept] or None}}, printed) is not None:
        word = "modified" if add and (remove or taken) else "tainted" if add else "untainted"
        printed.say(f"node/{name} {word}")


def label(
    server: Server, key: ObjectKey, changes: Mapping[str, str | None], printed: Printed, *, overwrite: bool
) -> None:
    """Set labels and remove those whose value is None."""
    value = _get(server, key, printed)
    if value is None:
        return
    present: dict[str, str] = value["metadata"].get("labels") or {}
    for name, text in sorted(changes.items()):
        if text is not None and present.get(name, text) != text and not overwrite:
            printed.fail(
                f"error: {go_quote(name)} already has a value ({present[name]}), and --overwrite is false"
            )
            return
    for name, text in changes.items():
        if text is None and name not in present:
            printed.say(f"label {go_quote(name)} not found.")
    new = {**present, **{name: text for name, text in changes.items() if text is not None}}
    new = {name: text for name, text in new.items() if changes.get(name, text) is not None}
    title = _title(key)
    if new == present:
        printed.say(f"{title} not labeled")
        return
    if _patch(server, value, {"metadata": {"labels": dict(changes)}}, printed) is not None:
        printed.say(f"{title} {_label_word(present, changes)}")


def _label_word(present: Mapping[str, str], changes: Mapping[str, str | None]) -> str:
    """``unlabeled`` where labels only went, ``modified`` where both happened."""
    removed = any(text is None and name in present for name, text in changes.items())
    added = any(text is not None for text in changes.values())
    if removed and added:
        return "modified"
    return "unlabeled" if removed else "labeled"


def _get(server: Server, key: ObjectKey, printed: Printed) -> Json | None:
    try:
        return server.get(key)
    except StatusError as refusal:
        printed.fail(error_text(refusal).rstrip("\n"))
        return None


def _patch(server: Server, value: Json, patch: Json, printed: Printed) -> Json | None:
    metadata = value["metadata"]
    group = value["apiVersion"].rpartition("/")[0]
    key = ObjectKey(group, value["kind"], metadata.get("namespace", ""), metadata["name"])
    try:
        return server.patch(
            key, patch, PatchType.MERGE, api_version=value["apiVersion"], manager="kubectl"
        ).value
    except StatusError as refusal:
        printed.fail(error_text(refusal).rstrip("\n"))
        return None


def _title(key: ObjectKey) -> str:
    kind = f"{key.kind.lower()}.{key.group}" if key.group else key.kind.lower()
    return f"{kind}/{key.name}"


def _same_taint(one: Json, other: Json) -> bool:
    return (one.get("key"), one.get("effect")) == (other.get("key"), other.get("effect"))


def _removes(item: Json, old: Json) -> bool:
    return item.get("key") == old.get("key") and item.get("effect") in (None, "", old.get("effect"))


def _missing(item: Json) -> str:
    effect = item.get("effect")
    return go_quote(f"{item['key']}:{effect}" if effect else str(item["key"]))
