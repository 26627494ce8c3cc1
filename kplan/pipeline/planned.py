"""What a saved plan applies, and whether it still may: Secrets are read again, and the state must not have moved."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kplan.diagnostics import Location
from kplan.errors import UsageError
from kplan.masking.objects import holds
from kplan.namedtuples import NamedTuple
from kplan.pipeline.loading import Loaded, load
from kplan.plan.action import Action
from kplan.plan.basis import Application, Basis, Request
from kplan.plan.change import Identity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kplan.api.gvk import ObjectKey
    from kplan.api.object import Json, Object
    from kplan.kubectl.apply import ApplyOptions
    from kplan.pipeline.states import State
    from kplan.plan.model import Plan

_ROUNDS: Final = 20_000
"""How often a Secret's hash is hashed again: a moment for one who has it, years for one who tries all words."""
_MOST_NAMES: Final = 5
_AGAIN: Final = "make the plan again with 'kplan plan --out FILE', and read it"


class Deletions(NamedTuple):
    """What a plan deletes beside what it applies."""

    replaced: "Sequence[Identity]"
    """Deleted first, and created anew."""
    pruned: "Sequence[Identity]"
    """Deleted last."""

    @classmethod
    def of(cls, plan: "Plan") -> "Deletions":
        """The deletions among a plan's changes."""
        by_action = {
            action: [one.change.object for one in plan.changes if one.change.action is action]
            for action in (Action.REPLACE, Action.DELETE)
        }
        return cls(by_action[Action.REPLACE], by_action[Action.DELETE])


def application(loaded: Loaded, plan: "Plan", options: "ApplyOptions", salt: str) -> Application:
    """What is to be applied, without Secrets that stay as they are and without the values of the others."""
    reading = options.reading
    unchanged = {one.change.location for one in plan.changes if one.change.action is Action.NOOP}
    requests = tuple(
        _request(one, salt)
        for one in loaded.objects
        if reading.selector.matches(_labels(one))
        if not (_is_private(one) and _place(one) in unchanged)
    )
    return Application(
        requests, reading.namespace, reading.enforce_namespace, options.server_side, options.force_conflicts,
        options.field_manager,
    )  # fmt: skip


def requested(basis: Basis) -> "Sequence[Object]":
    """The objects that a plan applies. Raises UsageError if a Secret is not as planned."""
    return [_object(one, basis.state.digest) for one in basis.application.requests]


def require_unmoved(basis: Basis, state: "State", directory: Path) -> None:
    """Refuse a plan that was made on another state than this one. Raises UsageError that says what moved."""
    from kplan.state.moved import digest

    before = basis.state
    if digest(state.store) == before.digest:
        return
    if not before.revision:
        text = f"the plan was made on another state ({before.title}), not on this one ({state.title})"
        raise UsageError(text, hint="a plan of the stored state is made without --state")
    moves = _moves(before.digest, before.revision, state, directory)
    raise UsageError(f"the state has moved since the plan was made: {moves}", hint=_AGAIN)


def _moves(digest_before: str, revision: int, state: "State", directory: Path) -> str:
    """How the state differs from the revision that the plan was made on."""
    from kplan.state.moved import digest, moved
    from kplan.state.sources import sqlite

    database = sqlite.find(directory)
    known = [one.id for one in database.revisions()] if database else []
    before = database.open(revision).store() if database and revision in known else None
    if before is None or digest(before) != digest_before:
        return f"its revision {revision} is not the one that the plan knows"
    found = list(moved(before, state.store))
    telling = [one for one in found if one.key.kind != "Event"] or found  # Events only follow from the others
    names = [f"{_title(one.key)} {one.how}" for one in telling]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"revision {state.revision}, not {revision} ({', '.join(names[:_MOST_NAMES])}{more})"


def _title(key: "ObjectKey") -> str:
    return Identity(f"{key.group}/" if key.group else "", key.kind, key.namespace, key.name).title


def _labels(one: "Object") -> dict[str, str]:
    return {key: text for key, text in one.labels.items() if isinstance(text, str)}


def _place(one: "Object") -> str:
    """``file:line``, as a change says it."""
    where = one.origin.location() if one.origin else None
    return f"{where.file}:{where.line}" if where else ""


def _request(one: "Object", salt: str) -> Request:
    where = one.origin.location() if one.origin else Location("")
    if _is_private(one):
        digest = _digest(one.value, salt)
        return Request(_identity(one), where.file, where.line, digest=digest, built_by=where.built_by)
    return Request(_identity(one), where.file, where.line, one.value, built_by=where.built_by)


def _is_private(one: "Object") -> bool:
    """Whether an object is a Secret, of whatever version, or holds a credential."""
    return one.gvk.kind == "Secret" or holds(one.value)


def _identity(one: "Object") -> Identity:
    return Identity(one.gvk.api_version, one.gvk.kind, one.namespace, one.name)


def _digest(value: "Json", salt: str) -> str:
    text = json.dumps(value, sort_keys=True).encode("utf-8", "replace")
    return hashlib.pbkdf2_hmac("sha256", text, salt.encode(), _ROUNDS).hex()


def _object(request: Request, salt: str) -> "Object":
    from kplan.api.object import Object
    from kplan.manifest.document import Document
    from kplan.manifest.source import Source

    if request.manifest is None:
        return _reread(request, salt)
    line = max(request.line - 1, 0)
    return Object(request.manifest, Document(Source(request.file, ""), 0, request.manifest, "", line))


def _reread(request: Request, salt: str) -> "Object":
    """An object with values that nobody should read, from its file again.

    Raises UsageError if it is not the one that was planned.
    """
    name, file = request.object.title, request.file
    if not Path(file).is_file():
        reason = "a plan file holds no values of Secrets and no credentials"
        text = f"cannot read {name} from {file or 'standard input'} again; {reason}"
        raise UsageError(text, hint="apply the plan where it was made, and plan what holds them from files")
    for one in _again(request):
        if _identity(one) == request.object and _digest(one.value, salt) == request.digest:
            return one
    raise UsageError(f"{name} in {file} is not as it was when the plan was made", hint=_AGAIN)


def _again(request: Request) -> "Sequence[Object]":
    if not request.built_by:
        return load([request.file]).objects
    from kplan.pipeline.building import build

    return build(request.built_by).objects
