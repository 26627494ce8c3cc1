"""kubectl apply: create what is missing, patch what is there, say which of the two it was.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server
from kplan.kubectl import last_applied, patcher
from kplan.kubectl.emulation import emulate_controllers
from kplan.kubectl.migration import keep_annotation, migrate
from kplan.kubectl.patcher import CLIENT_MANAGER, SERVER_MANAGER
from kplan.kubectl.paths import check_name
from kplan.kubectl.reading import Info, Options, gathered
from kplan.kubectl.visit import Visit
from kplan.kubectl.wording import ClientError, ListedError, with_source
from kplan.namedtuples import NamedTuple

_CONFLICT_HELP: Final = """
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


class Outcome(StrEnum):
    """What an apply did to an object, in kubectl's words."""

    CREATED = "created"
    CONFIGURED = "configured"
    UNCHANGED = "unchanged"
    SERVER_SIDE = "serverside-applied"


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """The flags of the command."""

    reading: Options = field(default_factory=Options)
    server_side: bool = False
    force_conflicts: bool = False
    field_manager: str = ""
    dry_run: bool = False
    told_as_dry_run: bool = False
    """Whether what it stores is thrown away afterwards, and it says what a dry run does."""
    client_only: bool = False
    """The dry run is the client's: what is not there yet is shown as it would be sent."""
    remove: Callable[[ObjectKey], None] | None = None
    """Deletes an object that cannot be changed, so that it is made anew (``--force``)."""
    field_validation: str = "Strict"
    subresource: str = ""
    """With ``server_side``: what of the objects is applied."""
    emulate_controllers: bool = False
    """Give new namespaces their service account, if no controller will."""


class Applied(NamedTuple):
    """One object that was applied."""

    info: Info
    outcome: Outcome
    value: Json
    """The object as the server holds it now."""


@dataclass(slots=True)
class ApplyResult(Visit):
    """What was applied, besides what could not be and what was said on the way."""

    applied: list[Applied] = field(default_factory=list)
    patches: dict[ObjectKey, Json] = field(default_factory=dict)
    """What the server was asked to change of the objects that it has;
    empty if there was nothing, or no patch could be made.
    """

    @property
    def errors(self) -> list[StatusError | ClientError]:
        """What kubectl apply says of the failures."""
        acted = [
            patcher.applying(error, info, self.patches[info.key]) if info.key in self.patches else error
            for _, error, info in self.failures
            if info is not None
        ]
        unread = gathered(one for one in self.failures if one.info is None)
        return [ListedError(unread), *acted] if acted and unread else [*unread, *acted]

    def lines(self, suffix: str = "") -> list[str]:
        """What kubectl prints: ``deployment.apps/web configured``."""
        return [f"{one.info.title} {one.outcome}{suffix}" for one in self.applied]


def apply(objects: Iterable[Object], server: Server, options: ApplyOptions) -> ApplyResult:
    """Apply every object in order; what fails does not stop the rest."""
    result = ApplyResult()

    def act(info: Info) -> None:
        result.applied.append(apply_one(info, server, options, result))
        if options.emulate_controllers and not options.dry_run:
            emulate_controllers(result.applied[-1].value, server)

    result.walk(objects, server, options.reading, act)
    return result


def apply_one(info: Info, server: Server, options: ApplyOptions, result: ApplyResult) -> Applied:
    """Apply one object. Raises StatusError or ClientError."""
    if not info.name and (generated := info.value["metadata"].get("generateName")):
        raise ClientError(f"from {generated}: cannot use generate name with apply")
    _check_name(info, options)
    if options.server_side:
        return _server_side(info, server, options, result)
    # who manages fields takes long to work out, and no patch depends on it unless the manifest says something of it
    try:
        live = server.find(info.key) and server.show(
            info.key, info.resource.api_version, managers="managedFields" in info.value["metadata"]
        )
    except StatusError as refusal:
        raise patcher.retrieving(refusal, info) from refusal
    if (options.client_only or live) and (text := server.deprecation(info.resource)):
        result.say(info, f"Warning: {text}")
    if live is None and options.client_only:
        return Applied(info, Outcome.CREATED, last_applied.annotated(info.value))
    if live is None:
        return _noted(info, Outcome.CREATED, _create(info, server, options), result)
    if not last_applied.original_text(live):
        result.say(info, _missing_annotation(info))
    modified, result.patches[info.key] = last_applied.annotated(info.value), {}
    if options.client_only:
        return _locally(info, modified, live, result)
    try:
        patched = patcher.patch(
            info, modified, live, server, partial(result.say, info), dry_run=options.dry_run,
            manager=options.field_manager or CLIENT_MANAGER, field_validation=options.field_validation,
            note=partial(result.patches.__setitem__, info.key),
        )  # fmt: skip
    except StatusError as refusal:
        if options.remove is None or refusal.reason not in ("Conflict", "Invalid"):
            raise
        options.remove(info.key)
        patched = _create(info, server, options)
    _warn_of_deletion(info, live, result)
    if patched is None:
        return Applied(info, Outcome.UNCHANGED, server.get(info.key, info.resource.api_version))
    return _noted(info, Outcome.CONFIGURED, patched, result)


def _warn_of_deletion(info: Info, live: Json, result: ApplyResult) -> None:
    if live["metadata"].get("deletionTimestamp"):
        result.say(
            info, f"Warning: Detected changes to resource {info.name} which is currently being deleted."
        )


def _locally(info: Info, modified: Json, live: Json, result: ApplyResult) -> Applied:
    """What an apply would do, as the client alone sees it. Raises ClientError."""
    patched = patcher.patched_locally(info, modified, live, partial(result.say, info))
    _warn_of_deletion(info, live, result)
    return Applied(info, Outcome.CONFIGURED if patched else Outcome.UNCHANGED, patched or live)


def _check_name(info: Info, options: ApplyOptions) -> None:
    """See that the object can be asked for. Raises ClientError."""
    try:
        check_name(info.name)
    except ClientError as error:
        raise (error if options.server_side else patcher.retrieving(error, info)) from error


def _create(info: Info, server: Server, options: ApplyOptions) -> Answer:
    body = last_applied.without_nulls(last_applied.annotated(info.value))
    try:
        return server.create(
            body, namespace=info.namespace, dry_run=options.dry_run, field_validation=options.field_validation,
            manager=options.field_manager or CLIENT_MANAGER,
        )  # fmt: skip
    except StatusError as error:
        raise with_source(error, "creating", info.source) from error


def _server_side(info: Info, server: Server, options: ApplyOptions, result: ApplyResult) -> Applied:
    if options.told_as_dry_run:
        _warn_as_dry_run(info, server, options, result)
    try:
        answer = _send_apply(info, server, options)
    except StatusError as error:
        if error.code == 409 and error.reason == "Conflict":
            for warning in error.warnings:
                result.say(info, f"Warning: {warning}")
            raise ClientError(f"{error.message}{_CONFLICT_HELP}") from error
        raise
    answer = _migrated(info, answer, server, options, result)
    applied = _noted(info, Outcome.SERVER_SIDE, answer, result)
    _warn_of_deletion(info, answer.value, result)
    return applied


def _send_apply(info: Info, server: Server, options: ApplyOptions) -> Answer:
    return server.patch(
        info.key, info.value, PatchType.APPLY, api_version=info.resource.api_version, dry_run=options.dry_run,
        manager=options.field_manager or SERVER_MANAGER, force=options.force_conflicts,
        field_validation=options.field_validation, subresource=options.subresource,
    )  # fmt: skip


def _warn_as_dry_run(info: Info, server: Server, options: ApplyOptions, result: ApplyResult) -> None:
    """Say that the fields would not be taken over, for which a dry run would have to store what it applies."""
    dry = replace(options, dry_run=True)
    with suppress(StatusError):
        _migrated(info, _send_apply(info, server, dry), server, dry, result)


def _migrated(
    info: Info, answer: Answer, server: Server, options: ApplyOptions, result: ApplyResult
) -> Answer:
    """Take over what client-side apply owned; a failure is a warning, for the object itself is applied.

    A dry run has stored nothing of the apply before, so that its steps may fail if they would not fail in earnest.
    """
    manager, kept, dry_run = options.field_manager or SERVER_MANAGER, answer, options.dry_run
    what = "failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply"
    try:
        if manager == SERVER_MANAGER:
            kept = keep_annotation(info, answer, server, dry_run=dry_run)
        what = "server rejected managed fields migration to Server-Side Apply"
        if migrate(info, kept.stored, server, manager, dry_run=dry_run):
            what = "failed to re-apply configuration after performing Server-Side Apply migration"
            kept = _send_apply(info, server, options)
    except StatusError as error:
        again = "This is non-fatal and will be retried next time you apply."
        result.say(info, f"Warning: {what}. {again} Error: {error.message}")
    return kept._replace(warnings=answer.warnings, created=answer.created)


def _noted(info: Info, outcome: Outcome, answer: Answer, result: ApplyResult) -> Applied:
    for warning in answer.warnings:
        result.say(info, f"Warning: {warning}")
    return Applied(info, outcome, answer.value)


def _missing_annotation(info: Info) -> str:
    kind = f"{info.resource.plural}/{info.name}"
    return (
        f"Warning: resource {kind} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is "
        "required by kubectl apply. kubectl apply should only be used on resources created declaratively by either "
        "kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically."
    )
