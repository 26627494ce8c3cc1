"""A plan's changes as files before and after: what kubectl diff would compare, Secrets masked as the plan has them."""

from collections.abc import Iterator
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.apiserver.patch.last_applied import LAST_APPLIED
from kplan.manifest.writer import to_yaml
from kplan.plan.action import Action
from kplan.plan.change import Change, Identity
from kplan.plan.model import Plan
from kplan.report_parts import FileDiff

Json = dict[str, Any]
_UNCHANGED: Final = frozenset({Action.NOOP, Action.REFUSED})
_LEFT_OUT: Final = frozenset({"managedFields", "resourceVersion"})
"""What differs after every write and says nothing."""


def changed_files(plan: Plan) -> Iterator[FileDiff]:
    """One file an object that changes, in the order of application."""
    return (file_of(one.change) for one in plan.changes if one.change.action not in _UNCHANGED)


def file_of(change: Change) -> FileDiff:
    """An object as text before and after the change; an empty text if there is none."""
    before, after = _shown(change.before), _shown(change.after)
    return FileDiff(file_name(change.object), before, after)


def file_name(one: Identity) -> str:
    """``apps.v1.Deployment.default.web``, as kubectl diff names it."""
    gvk = GroupVersionKind.of(one.api_version, one.kind)
    head = f"{gvk.group}." if gvk.group else ""
    return f"{head}{gvk.version}.{one.kind}.{one.namespace}.{one.name}"


def _shown(value: Json | None) -> str:
    if value is None:
        return ""
    metadata = {name: item for name, item in (value.get("metadata") or {}).items() if name not in _LEFT_OUT}
    annotations = {
        name: text for name, text in (metadata.get("annotations") or {}).items() if name != LAST_APPLIED
    }
    metadata = {**metadata, "annotations": annotations}
    if not annotations:
        del metadata["annotations"]
    return to_yaml({**value, "metadata": metadata})
