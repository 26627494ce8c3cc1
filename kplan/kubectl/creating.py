"""What every ``create KIND`` does with the object it has built from its flags.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create.go
"""

from collections.abc import Sequence
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.decode import encode
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_json, go_quote
from kplan.apiserver.patch.last_applied import LAST_APPLIED
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.goorder import in_go_order
from kplan.kubectl.printflags import OUTPUT, print_flags
from kplan.kubectl.resources import kind_title
from kplan.kubectl.validating import VALIDATE, field_validation
from kplan.kubectl.verb import Context
from kplan.kubectl.wording import ClientError, with_source

_UNNAMED: Final = "resource name may not be empty"
_TYPED: Final = "Ignore"
"""Verbs without ``--validate`` make objects of Go types, which have no other fields."""
SAVE_CONFIG: Final = switch("save-config", "Save the object in its last-applied annotation.")
APPEND_HASH: Final = switch("append-hash", "Append a hash of the content to the name.")
IMAGES: Final = Flag("image", "Image to run; repeatable.", Kind.STRINGS, metavar="IMAGE", required=True)


def flags_of(manager: str) -> tuple[Flag, ...]:
    """The flags of a verb that creates objects in the name of a manager."""
    owner = Flag("field-manager", "Name that owns the fields.", metavar="NAME", default=manager)
    return (flags.NAMESPACE, flags.DRY_RUN, *OUTPUT, SAVE_CONFIG, owner)


CREATE_FLAGS: Final = (*flags_of("kubectl-create"), VALIDATE)


def name_of(arguments: Arguments) -> str:
    """The one name on the command line, once the flags of every such verb make sense; words after ``--`` are a command.

    Raises HelpError and UsageError.
    """
    words = arguments.words[: arguments.before_dash]
    if len(words) != 1:
        raise HelpError(f"exactly one NAME is required, got {len(words)}")
    print_flags(arguments)
    if "validate" in arguments.flags:
        field_validation(arguments)
    return words[0]


def required_name(arguments: Arguments) -> str:
    """The same, of a kind whose verb looks itself whether there is a name. Raises HelpError and UsageError."""
    name = name_of(arguments)
    if not name:
        raise UsageError("name must be specified")
    return name


def command_of(arguments: Arguments) -> list[str]:
    """The words after ``--``."""
    return [] if arguments.before_dash is None else list(arguments.words[arguments.before_dash :])


def metadata_of(name: str, arguments: Arguments, **more: Any) -> Json:
    """Metadata with the namespace if one is given."""
    place = {"namespace": arguments.text("namespace")} if arguments.text("namespace") else {}
    return {"name": name, **place, **more}


def create(
    value: Json,
    arguments: Arguments,
    context: Context,
    failing: str = "",
    printed: Printed | None = None,
    words: tuple[str, str] = ("created", "created"),
    *,
    saves_shown: bool = True,
    apart: bool = True,
    failures: list[StatusError | ClientError] | None = None,
) -> Printed:
    """Create an object and say so; ``failing`` stands before a refusal, ``words`` say it of a change and of a dry run.

    A refusal joins the ``failures`` if there are some to be told together.

    Without ``saves_shown``, the annotation of ``--save-config`` is made for the server alone. Without ``apart``, no
    line of dashes stands before another document. Raises UsageError.
    """
    telling, printed = print_flags(arguments)._replace(apart=apart), printed or Printed()
    validation = field_validation(arguments) if "validate" in arguments.flags else _TYPED
    gvk = GroupVersionKind.of(value["apiVersion"], value["kind"])
    resource = context.server.resource_for(gvk)
    client = telling.strategy is DryRunStrategy.CLIENT
    if arguments.switch("save-config") and (saves_shown or not client):
        value = _saved(value, gvk)
    title = f"{kind_title(resource)}/{value['metadata']['name']}"
    if client:
        telling.tell(printed, title, words[1], encode(value, gvk), typed=True)
        return printed
    try:
        answer = context.server.create(
            value,
            namespace=(arguments.text("namespace") or "default") if resource.namespaced else "",
            dry_run=telling.strategy is DryRunStrategy.SERVER,
            manager=arguments.text("field-manager"),
            field_validation=validation,
        )
    except StatusError as refusal:
        if failures is not None:
            failures.append(refusal)
            return printed
        if not failing:
            printed.refuse([refusal])
            return printed
        raise UsageError(f"{failing} {refusal.message}") from refusal
    printed.pass_on(answer.warnings)
    telling.tell(printed, title, words[0], answer.value, typed=True)
    return printed


def _saved(value: Json, gvk: GroupVersionKind) -> Json:
    metadata = value["metadata"]
    annotations = {
        **(metadata.get("annotations") or {}),
        LAST_APPLIED: go_json(in_go_order(encode(value, gvk))) + "\n",
    }
    return {**value, "metadata": {**metadata, "annotations": annotations}}


def with_sources(
    failures: Sequence[tuple[StatusError | ClientError, str]], verb: str
) -> list[StatusError | ClientError]:
    """The errors about objects of files with those files named; a single error is reported as it is."""
    if len(failures) == 1:
        return [_sourced(*failures[0], verb)]
    return [_placed(error, f"error when {verb} {go_quote(source)}: ") for error, source in failures]


def _placed(error: StatusError | ClientError, where: str) -> StatusError | ClientError:
    if isinstance(error, ClientError):
        return ClientError(f"{where}{error}") if _UNNAMED in str(error) else error
    placed = StatusError(error.code, error.reason, f"{where}{error.message}")
    placed.warnings = error.warnings
    return placed


def _sourced(error: StatusError | ClientError, source: str, verb: str) -> StatusError | ClientError:
    """What was done to it stands before an error, but for what went wrong before anything was."""
    return with_source(error, verb, source) if source or isinstance(error, StatusError) else error
