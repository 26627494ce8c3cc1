"""kubectl diff: the live object and what it would be after an apply, as two texts.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json, Object
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server
from kplan.kubectl import last_applied, masking, patcher
from kplan.kubectl.emulation import emulate_controllers
from kplan.kubectl.patcher import CLIENT_MANAGER, SERVER_MANAGER
from kplan.kubectl.paths import check_name
from kplan.kubectl.reading import Info, Options
from kplan.kubectl.server_fields import without_managed_fields, without_server_fields
from kplan.kubectl.visit import Visit
from kplan.kubectl.wording import with_source
from kplan.manifest.writer import to_yaml
from kplan.masking.objects import pair
from kplan.namedtuples import NamedTuple

_LARGE = 200_000
"""The size in bytes of a configuration from which its annotations may exceed their limit of 256 KiB."""


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """The flags of the command."""

    reading: Options = field(default_factory=Options)
    server_side: bool = False
    force_conflicts: bool = False
    field_manager: str = ""
    show_managed_fields: bool = False
    show_secrets: bool = False
    mask_annotations: bool = True
    """Mask secrets inside last-applied-configuration as well; kubectl itself does not."""
    as_applied: bool = False
    """Refuse also what only apply would: unknown fields, or a configuration too large for its own annotation."""
    as_written: bool = False
    """Leave out what only a server writes, and last-applied: of manifests on both sides it says nothing."""
    prune: Sequence[GroupVersionKind] = ()
    """The kinds of which objects of earlier applies are shown as removed."""

    @property
    def needs_managers(self) -> bool:
        """Whether it matters who wrote which fields; else nobody sees it."""
        return self.server_side or self.show_managed_fields


class Compared(NamedTuple):
    """One file of the two directories; ``live`` is empty for a new object,
    and both are for one that does not change.
    """

    name: str
    live: str
    merged: str


@dataclass(slots=True)
class DiffResult(Visit):
    """All files, what went wrong and what was said on the way."""

    files: list[Compared] = field(default_factory=list)
    visited: list[Info] = field(default_factory=list)


def diff(objects: Iterable[Object], server: Server, options: DiffOptions) -> DiffResult:
    """Compare every object with the cluster.

    The server's store learns each answer, so later objects see earlier ones.
    """
    result = DiffResult()
    first = _FirstSeen(server)

    def act(info: Info) -> None:
        result.files.append(_compare(info, first, server, options, result))
        result.visited.append(info)

    result.walk(objects, server, options.reading, act)
    last = {info.key: (info, one) for info, one in zip(result.visited, result.files, strict=True)}
    result.visited = [info for info, _ in last.values()]
    result.files = [one for _, one in last.values()]
    return result


@dataclass(slots=True)
class _FirstSeen:
    """The objects as they were before the run, so that one given twice has a single file, for its last version."""

    server: Server
    _found: dict[ObjectKey, Json | None] = field(default_factory=dict)

    def recall(self, key: ObjectKey) -> bool:
        """Have the server forget what earlier objects of the run did to this one; say whether it was there before."""
        if key not in self._found:
            self._found[key] = self.server.find(key)
        before = self._found[key]
        if before is not None and self.server.find(key) is not before:
            self.server.store.load([before])
        return before is not None


def _compare(
    info: Info, first: _FirstSeen, server: Server, options: DiffOptions, result: DiffResult
) -> Compared:
    check_name(info.name)
    existed = first.recall(info.key)
    live = server.show(info.key, info.resource.api_version)
    merged = _merged(info, live, server, options, result)
    live = live if existed else None
    if live is not None and live["metadata"].get("deletionTimestamp"):
        result.say(
            info, f"Warning: Detected changes to resource {info.name} which is currently being deleted."
        )
    if live is merged:
        return Compared(file_name(info), "", "")
    return compared(file_name(info), live, merged, options)


def _merged(info: Info, live: Json | None, server: Server, options: DiffOptions, result: DiffResult) -> Json:
    """The server's answer to a dry run of the apply."""
    if live is not None and (deprecated := server.deprecation(info.resource)):
        result.say(info, f"Warning: {deprecated}")
    if options.server_side:
        manager = options.field_manager or SERVER_MANAGER
        answer = server.patch(
            info.key, info.value, PatchType.APPLY, api_version=info.resource.api_version, dry_run=True,
            manager=manager, force=options.force_conflicts,
        )  # fmt: skip
    elif live is None:
        answer = server.create(
            info.value,
            namespace=info.namespace,
            dry_run=True,
            manager=options.field_manager or CLIENT_MANAGER,
            field_validation=_validation(options),
        )
        _check_configuration(info, server, options)
    else:
        modified = last_applied.configuration(info.value)
        manager = options.field_manager or CLIENT_MANAGER
        patched = patcher.patch(
            info,
            modified,
            live,
            server,
            partial(result.say, info),
            dry_run=True,
            manager=manager,
            lock=True,
            field_validation=_validation(options),
        )
        if patched is None:
            return live
        answer = patched
    for warning in answer.warnings:
        result.say(info, f"Warning: {warning}")
    server.store_dry_run(answer)
    emulate_controllers(answer.stored, server)
    return answer.value


def _validation(options: DiffOptions) -> str:
    """Unknown fields stop an apply; kubectl diff only warns of them."""
    return "Strict" if options.as_applied else "Warn"


def _check_configuration(info: Info, server: Server, options: DiffOptions) -> None:
    """Ask as apply will, annotated and without nulls, if that may make a difference. Raises StatusError."""
    if not options.as_applied:
        return
    body = last_applied.annotated(info.value)
    plain = last_applied.without_nulls(body)
    if len(last_applied.original_text(body)) > _LARGE or plain != body:
        try:
            server.create(plain, namespace=info.namespace, dry_run=True)
        except StatusError as error:
            raise with_source(error, "creating", info.source) from error


def compared(name: str, live: Json | None, merged: Json, options: DiffOptions) -> Compared:
    """Print both sides, with nothing a reader should not see."""
    if not options.show_managed_fields:
        live, merged = live and without_managed_fields(live), without_managed_fields(merged)
    if options.as_written:
        live, merged = live and without_server_fields(live), without_server_fields(merged)
    text = ""
    if not options.show_secrets:
        text = "null\n" if masking.is_secret(merged) else ""
        if options.mask_annotations:
            live, merged = pair(live, merged)
        elif text:
            live, merged = masking.mask(live, merged)
    return Compared(name, text if live is None else to_yaml(live), to_yaml(merged))


def file_name(info: Info) -> str:
    """``apps.v1.Deployment.default.web``; two dots in a row if there is no namespace."""
    resource = info.resource
    head = f"{resource.group}." if resource.group else ""
    return f"{head}{resource.version}.{resource.kind}.{info.namespace}.{info.name}"
