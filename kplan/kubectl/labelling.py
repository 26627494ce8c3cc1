"""kubectl cordon, uncordon and label: small changes of one object, and the word for each.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/{drain,label}
"""

from collections.abc import Iterable, Mapping

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver import dns
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.patching import PatchType
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl.printed import Printed
from kplan.kubectl.wording import error_text


def are_nodes(server: Server, names: Iterable[str], printed: Printed) -> bool:
    """Whether there is a node of each name; kubectl looks before it does anything."""
    return all(get(server, ObjectKey("", "Node", "", name), printed) is not None for name in names)


def cordon(
    server: Server, name: str, printed: Printed, *, desired: bool = True, dry_run: bool = False
) -> Json | None:
    """Make a node unschedulable, or schedulable again; the answer is the node, None where there is none."""
    node = get(server, ObjectKey("", "Node", "", name), printed)
    if node is None:
        return None
    word, end = "cordoned" if desired else "uncordoned", " (dry run)" if dry_run else ""
    if bool((node.get("spec") or {}).get("unschedulable")) == desired:
        printed.say(f"node/{name} already {word}{end}")
        return node
    if dry_run:
        printed.say(f"node/{name} {word}{end}")
        return node
    answer = merge(server, node, {"spec": {"unschedulable": True if desired else None}}, printed)
    if answer is not None:
        printed.say(f"node/{name} {word}")
    return answer


def label(
    server: Server, key: ObjectKey, changes: Mapping[str, str | None], printed: Printed, *, overwrite: bool
) -> list[str]:
    """Set labels and remove those whose value is None; the answer is what keeps kubectl itself from it."""
    value = get(server, key, printed)
    if value is None:
        return []
    present: dict[str, str] = value["metadata"].get("labels") or {}
    for name, text in changes.items():
        if text is None and name not in present:
            printed.say(f"label {go_quote(name)} not found.")
    taken = [name for name, text in sorted(changes.items()) if text not in (None, present.get(name, text))]
    if taken and not overwrite:
        return [f"'{name}' already has a value ({present[name]}), and --overwrite is false" for name in taken]
    new = {**present, **{name: text for name, text in changes.items() if text is not None}}
    new = {name: text for name, text in new.items() if changes.get(name, text) is not None}
    title = _title(key)
    if new == present:
        printed.say(f"{title} not labeled")
    elif merge(server, value, {"metadata": {"labels": dict(changes)}}, printed) is not None:
        printed.say(f"{title} {_label_word(present, changes)}")
    return []


def _label_word(present: Mapping[str, str], changes: Mapping[str, str | None]) -> str:
    """``unlabeled`` where labels only went, ``modified`` where both happened."""
    removed = any(text is None and name in present for name, text in changes.items())
    added = any(text is not None and present.get(name) != text for name, text in changes.items())
    if removed and added:
        return "modified"
    return "unlabeled" if removed else "labeled"


def parse_labels(words: Iterable[str]) -> dict[str, str | None]:
    """``key=value`` sets a label, ``key-`` removes it. Raises UsageError (parseLabels)."""
    changes: dict[str, str | None] = {}
    removed: list[str] = []
    for word in words:
        name, *values = word.split("=")
        if len(values) > 1:
            raise UsageError(f"invalid label spec: {word}")
        if values:
            problems = dns.is_valid_label_value(values[0])
            if problems:
                raise UsageError(f"invalid label value: {go_quote(word)}: {';'.join(problems)}")
            changes[name] = values[0]
        elif word.endswith("-"):
            removed.append(word[:-1])
        else:
            raise UsageError(
                f"unknown label spec: {word}", hint="write KEY=VALUE to set it, KEY- to remove it"
            )
    if any(name in changes for name in removed):
        raise UsageError("can not both modify and remove a label in the same command")
    return {**changes, **dict.fromkeys(removed)}


def get(server: Server, key: ObjectKey, printed: Printed) -> Json | None:
    """An object, or None and a word about why not."""
    try:
        return server.get(key)
    except StatusError as refusal:
        printed.fail(error_text(refusal).rstrip("\n"))
        return None


def merge(server: Server, value: Json, patch: Json, printed: Printed) -> Json | None:
    """Merge a patch into an object; None and a word about it where that is refused."""
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
