"""What label and annotate have in common: their flags, what they check, and ``--list`` and ``--local``.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/{label/label,annotate/annotate}.go
"""

from collections.abc import Callable, Sequence

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Found, Item
from kplan.kubectl.decoding import unstructured
from kplan.kubectl.dryrunstrategy import DryRunStrategy, strategy_of
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.given import names_files
from kplan.kubectl.localpatch import title_of
from kplan.kubectl.metadatapatch import MetadataPatch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, PrintFlags
from kplan.kubectl.veil import veiled
from kplan.kubectl.verb import Context
from kplan.kubectl.wanted import Asked, wanted
from kplan.kubectl.wording import ClientError
from kplan.schema.discovery import Resource


def flags_for(what: str) -> tuple[Flag, ...]:
    """The flags of the verb that changes labels or annotations."""
    return (
        switch("overwrite", f"Overwrite {what}s that already have another value."),
        flags.ALL,
        switch("list", f"List the {what}s after the change."),
        switch("local", "Change the objects in the files and print them, without the API server."),
        Flag("resource-version", "Only change objects with this resourceVersion.", metavar="VERSION"),
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        *OUTPUT,
        *flags.FILES,
        flags.SELECTOR,
        flags.FIELD_SELECTOR,
        flags.ALL_NAMESPACES,
        flags.NAMESPACE,
    )


def asked(arguments: Arguments, context: Context, named: Sequence[str]) -> Asked:
    """The objects that are meant; ``--all`` makes a kind enough."""
    given = wanted(arguments, context, named)
    return given._replace(wanted=given.wanted._replace(kind_is_enough=arguments.switch("all")))


def check(
    arguments: Arguments, named: Sequence[str], changes: Sequence[str], what: str, example: str
) -> None:
    """Raise UsageError for words that contradict each other, or where one is missing;
    texts name a file like ``example``.
    """
    files = names_files(arguments)
    for name in ("selector", "field-selector"):
        if arguments.switch("all") and arguments.text(name):
            raise UsageError(f"cannot set --all and --{name} at the same time")
    if arguments.switch("local"):
        shown = f"-f {example}.yaml or --filename={example}.json"
        if strategy_of(arguments) is DryRunStrategy.SERVER:
            raise UsageError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")
        if named:
            raise UsageError(f"can only use local files by {shown} when --local=true is set")
        if not files:
            raise UsageError(f"one or more files must be specified as {shown}")
    elif not named and not files:
        raise UsageError(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
            hint="write KIND NAME, or KIND/NAME",
        )
    if not changes and not arguments.switch("list"):
        raise UsageError(
            f"at least one {what} update is required", hint="write KEY=VALUE to set it, KEY- to remove it"
        )


def check_version(patch: MetadataPatch, found: Found) -> None:
    """Refuse to hold several objects to one version. Raises UsageError."""
    if patch.resource_version and not found.single:
        raise UsageError("--resource-version may only be used with a single resource")


def list_all(
    arguments: Arguments,
    found: Found,
    patch: MetadataPatch,
    printed: Printed,
    check_overwrite: Callable[[Item], None],
) -> Printed:
    """Print what objects would have of the field after the change, each under its name, if there are several."""
    several, refused = not found.single, list[ClientError]()
    for item in found.items:
        try:
            check_overwrite(item)
        except ClientError as error:
            refused.append(error)
            continue
        if several:
            printed.say(f"Listing {patch.field} for {_kind(item.resource)}/{item.value['metadata']['name']}:")
        indent = " " if several else ""
        printed.out += [
            f"{indent}{name}={text}"
            for name, text in patch.present(veiled(arguments, patch.changed(item.value))).items()
        ]
    printed.refuse(found.behind(refused))
    return printed


def local(
    given: Asked, patch: MetadataPatch, telling: PrintFlags, printed: Printed, word: Callable[[Json], str]
) -> Printed:
    """Change the objects of files, and print them."""
    for one in unstructured(given.wanted.files or ()):
        telling.tell(printed, title_of(one.value), word(one.value), patch.changed(one.value))
    return printed


def _kind(resource: Resource) -> str:
    return f"{resource.kind}.{resource.group}"
