"""kubectl taint: what the words on the command line mean, and the taints of a node after them.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/taint/{taint,utils}.go
"""

from collections.abc import Iterable, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver import dns
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.nodes import get_node
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import PrintFlags
from kplan.namedtuples import NamedTuple

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


class Changes(NamedTuple):
    """Taints to put on, and taints to take off; one to take off names a key and perhaps an effect."""

    add: Sequence[Json]
    remove: Sequence[Json] = ()


class Manner(NamedTuple):
    """How taints are changed."""

    overwrite: bool
    validation: str
    telling: PrintFlags
    manager: str


def parse(words: Iterable[str]) -> Changes:
    """``key=value:effect`` puts a taint on, ``key[:effect]-`` takes it off. Raises UsageError (parseTaints)."""
    add: list[Json] = []
    remove: list[Json] = []
    for word in words:
        if word.endswith("-"):
            parsed = _parse_one(word[:-1])
            remove.append({"key": parsed["key"], "effect": parsed["effect"]})
            continue
        parsed = _parse_one(word)
        if not parsed["effect"]:
            raise UsageError(f"invalid taint spec: {word}", hint="write KEY=VALUE:EFFECT, or KEY- to remove")
        if any(_same(parsed, item) for item in add):
            shown = f"{{{parsed['key']} {parsed['value']} {parsed['effect']} <nil>}}"
            raise UsageError(f"duplicated taints with the same key and effect: {shown}")
        add.append(parsed)
    return Changes([{key: text for key, text in item.items() if text} for item in add], remove)


def check_conflicts(changes: Changes) -> None:
    """Raise UsageError if the same taint is put on and taken off."""
    both = [
        f"{gone['key']}={gone['effect']}"
        for item in changes.add
        for gone in changes.remove
        if _removes(gone, item)
    ]
    if both:
        text = "can not both modify and remove the following taint(s) in the same command"
        raise UsageError(f"{text}: {', '.join(both)}")


def taint(
    server: Server,
    name: str,
    changes: Changes,
    printed: Printed,
    manner: Manner,
) -> list[str]:
    """Change the taints of one node; the answer is what keeps kubectl itself from it (updateTaints)."""
    node = get_node(server, name, printed)
    if node is None:
        return []
    present: list[Json] = list((node.get("spec") or {}).get("taints") or ())
    taken = [item["key"] for item in changes.add for old in present if _same(item, old)]
    if taken and not manner.overwrite:
        text = f"already has {','.join(taken)} taint(s) with same effect(s) and --overwrite is false"
        return [f"node {name} {text}"]
    merged = [*changes.add, *(old for old in present if not any(_same(old, new) for new in changes.add))]
    added, removed, missing = len(merged) != len(present), False, []
    for item in changes.remove:
        kept = [old for old in merged if not _removes(item, old)]
        removed, merged = len(kept) != len(merged), kept
        if not removed:
            missing.append(f"taint {_quoted(item)} not found")
    if missing:
        return missing
    word = "modified" if (added and removed) or manner.overwrite else "tainted" if added else "untainted"
    _send(server, node, {"spec": {"taints": merged or None}}, printed, manner, word)
    return []


def _send(server: Server, node: Json, patch: Json, printed: Printed, manner: Manner, word: str) -> None:
    """Patch a node, and say so as a real change is told."""
    name, dry_run = node["metadata"]["name"], manner.telling.strategy is not DryRunStrategy.NONE
    try:
        answer = server.patch(
            ObjectKey("", "Node", "", name), patch, PatchType.MERGE, manager=manner.manager, dry_run=dry_run,
            field_validation=manner.validation,
        )  # fmt: skip
    except StatusError as refusal:
        printed.refuse([refusal])
        return
    telling = manner.telling._replace(strategy=DryRunStrategy.NONE)
    telling.tell(printed, f"node/{name}", word, answer.value, typed=True)


def _parse_one(text: str) -> Json:
    """``key=value:effect``, ``key:effect`` or ``key`` (parseTaint)."""
    pair, *rest = text.split(":")
    if len(rest) > 1:
        raise UsageError(f"invalid taint spec: {text}")
    if rest and rest[0] not in EFFECTS:
        raise UsageError(
            f"invalid taint effect: {rest[0]}, unsupported taint effect",
            hint=f"use one of {', '.join(EFFECTS)}",
        )
    key, *values = pair.split("=") if rest else [pair]
    if len(values) > 1:
        raise UsageError(f"invalid taint spec: {text}")
    for problems in (dns.is_valid_label_value(values[0]) if values else [], dns.is_qualified_name(key)):
        if problems:
            raise UsageError(f"invalid taint spec: {text}, {'; '.join(problems)}")
    return {"key": key, "value": values[0] if values else "", "effect": rest[0] if rest else ""}


def _same(one: Json, other: Json) -> bool:
    return (one.get("key"), one.get("effect")) == (other.get("key"), other.get("effect"))


def _removes(item: Json, old: Json) -> bool:
    return item.get("key") == old.get("key") and item.get("effect") in (None, "", old.get("effect"))


def _quoted(item: Json) -> str:
    effect = item.get("effect")
    return go_quote(f"{item['key']}:{effect}" if effect else str(item["key"]))
