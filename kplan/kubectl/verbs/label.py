"""kubectl label: set labels of objects or take them off.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/label/label.go
"""

from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.errors import UsageError, aggregate
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, choose
from kplan.kubectl.deprecated import deprecations
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.labelling import label_word, parse_labels
from kplan.kubectl.metadatapatch import MetadataPatch
from kplan.kubectl.metadataverbs import asked, check, check_version, flags_for, list_all, local
from kplan.kubectl.pairs import split_words, taken
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import PrintFlags, late_print_flags
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wording import ClientError


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Change labels. Raises UsageError."""
    named, words = split_words(arguments.words, "label")
    telling = late_print_flags(arguments)
    patch = MetadataPatch(
        "labels", parse_labels(words), telling.strategy, arguments.text("resource-version"), "kubectl-label"
    )
    if arguments.switch("list") and arguments.text("output"):
        raise UsageError("--list and --output may not be specified together")
    check(arguments, named, words, "label", "pod")
    given = asked(arguments, context, named)
    printed = Printed(exit=int(given.broken))
    if arguments.switch("local"):
        return local(
            given, patch, telling, printed, lambda value: label_word(patch.present(value), patch.changes)
        )
    found = choose(context.server, given.wanted)
    check_version(patch, found)
    printed.err += deprecations(found, context.server)

    def check_overwrite(item: Item) -> None:
        kept = [] if arguments.switch("overwrite") else _kept(item, patch)
        if kept:
            raise ClientError(aggregate(kept))

    if arguments.switch("list"):
        return list_all(arguments, found, patch, printed, check_overwrite)
    problems, refused = [], list[StatusError | ClientError]()
    for item in found.items:
        try:
            problems.append(
                _label(context, item, patch, telling, printed, overwrite=arguments.switch("overwrite"))
            )
        except (StatusError, ClientError) as refusal:
            refused.append(refusal)
    printed.complain([one for one in problems if one], alone=not (refused or found.failures))
    printed.refuse(found.behind(refused))
    return printed


def _label(
    context: LiveContext,
    item: Item,
    patch: MetadataPatch,
    telling: PrintFlags,
    printed: Printed,
    *,
    overwrite: bool,
) -> list[str]:
    """Change one object; the answer is what keeps kubectl itself from it. Raises StatusError."""
    present = patch.present(item.value)
    for name, text in patch.changes.items() if telling.strategy is not DryRunStrategy.CLIENT else ():
        if text is None and name not in present:
            printed.say(f"label {go_quote(name)} not found.")
    kept = [] if overwrite else _kept(item, patch)
    if kept:
        return kept
    word = label_word(present, patch.changes)
    # kubectl prints the object that it changed itself, and not the server's answer
    live = context.server.show(item.key, item.resource.api_version) if item.name else None
    shown = live or item.value
    if word != "not labeled":
        patch.apply(context.server, item)
    telling.tell(printed, item.title, word, patch.changed(shown))
    return []


def _kept(item: Item, patch: MetadataPatch) -> list[str]:
    """The error for existing labels with other values."""
    return [f"{one}, and --overwrite is false" for one in taken(patch.present(item.value), patch.changes)]


VERB = Change(
    usage="KIND NAME...|KIND/NAME... KEY=VALUE|KEY-...",
    about="Change the labels of objects, as kubectl label does, and show what follows.",
    flags=flags_for("label"),
    examples=("label pod/web-0 app=other --overwrite", "label node node-1 disk-"),
    run=run,
)
