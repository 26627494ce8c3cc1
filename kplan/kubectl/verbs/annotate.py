"""kubectl annotate: set annotations of objects or take them off.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/annotate/annotate.go
"""

from typing import Final

from kplan.apiserver.errors import StatusError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, choose
from kplan.kubectl.deprecated import deprecations
from kplan.kubectl.metadatapatch import MetadataPatch
from kplan.kubectl.metadataverbs import asked, check, check_version, flags_for, list_all, local
from kplan.kubectl.pairs import parse_pairs, split_words, taken
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import print_flags
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wording import ClientError

_DONE = "annotated"
_CAUSE: Final = "kubernetes.io/change-cause"
"""The annotation that is always overwritten: every change has a cause of its own."""


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Change annotations. Raises UsageError."""
    named, words = split_words(arguments.words, "annotation")
    check(arguments, named, words, "annotation", "rsrc")
    telling = print_flags(arguments)
    changes = parse_pairs(words, "annotation")
    patch = MetadataPatch(
        "annotations", changes, telling.strategy, arguments.text("resource-version"), "kubectl-annotate"
    )
    given = asked(arguments, context, named)
    printed = Printed(exit=int(given.broken))
    if arguments.switch("local"):
        return local(given, patch, telling, printed, lambda _: _DONE)
    found = choose(context.server, given.wanted)
    check_version(patch, found)
    printed.err += deprecations(found, context.server)

    def check_overwrite(item: Item) -> None:
        _check_overwrite(item, patch, overwrite=arguments.switch("overwrite"))

    if arguments.switch("list"):
        return list_all(arguments, found, patch, printed, check_overwrite)
    failures: list[StatusError | ClientError] = []
    for item in found.items:
        try:
            check_overwrite(item)
            value = patch.apply(context.server, item)
        except (StatusError, ClientError) as error:
            failures.append(error)
        else:
            telling.tell(printed, item.title, _DONE, value)
    printed.refuse(found.behind(failures))
    return printed


def _check_overwrite(item: Item, patch: MetadataPatch, *, overwrite: bool) -> None:
    asked = {name: text for name, text in patch.changes.items() if name != _CAUSE}
    kept = [] if overwrite else taken(patch.present(item.value), asked)
    if kept:
        text = "--overwrite is false but found the following declared annotation(s)"
        raise ClientError(f"{text}: {'; '.join(kept)}")


VERB = Change(
    usage="KIND NAME...|KIND/NAME... KEY=VALUE|KEY-...",
    about="Change the annotations of objects, as kubectl annotate does, and show what follows.",
    flags=flags_for("annotation"),
    examples=("annotate deployment/web note='blue one'", "annotate pods --all note-"),
    run=run,
)
