"""kubectl taint: put taints on nodes or take them off.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/taint/taint.go
"""

from collections.abc import Sequence

from kplan.api.gvk import ObjectKey
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.flags import switch
from kplan.kubectl.nodes import matching_nodes
from kplan.kubectl.pairs import split_words
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, late_print_flags
from kplan.kubectl.resources import UnknownKindError
from kplan.kubectl.taint import Changes, Manner, check_conflicts, parse, taint
from kplan.kubectl.validating import VALIDATE, field_validation
from kplan.kubectl.verb import Change, LiveContext

_NODES = ("node", "nodes", "no")


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Change taints. Raises UsageError."""
    telling, validation = late_print_flags(arguments), field_validation(arguments)
    named, words = split_words(arguments.words, "taint", _is_taint)
    chosen = arguments.switch("all") or bool(arguments.text("selector"))
    if not named and not chosen:
        text = "one or more resources must be specified as <resource> <name>"
        raise UsageError(text, hint="name nodes, or choose them with --selector")
    if not words:
        text = "at least one taint update is required"
        raise UsageError(text, hint="write KEY=VALUE:EFFECT, or KEY- to remove")
    changes = _parse(words)
    names = _names(arguments, context, named)
    check_conflicts(changes)
    printed = Printed()
    manner = Manner(
        arguments.switch("overwrite"), validation, telling, arguments.text("field-manager") or "kubectl-taint"
    )
    problems = [taint(context.server, name, changes, printed, manner) for name in names]
    printed.complain([one for one in problems if one], alone=not printed.exit)
    return printed


def _parse(words: Sequence[str]) -> Changes:
    try:
        return parse(words)
    except UsageError as error:
        raise HelpError(error.message, hint=error.hint) from error


def _names(arguments: Arguments, context: LiveContext, named: Sequence[str]) -> Sequence[str]:
    """The nodes that are meant; the word ``node`` may be left out, for nothing else has taints."""
    every, selector = arguments.switch("all"), arguments.text("selector")
    if named and named[0].lower() in _NODES:
        named = named[1:]
    elif named and context.server.discovery().by_name(named[0]) is not None:
        raise UsageError(f"invalid resource type {named[0]}, only node types are supported")
    elif len(named) > 1 and context.server.find(ObjectKey("", "Node", "", named[0])) is None:
        raise UnknownKindError(f'the server doesn\'t have a resource type "{named[0]}"')
    if every and selector:
        raise UsageError("setting 'all' parameter with a non empty selector is prohibited")
    if every or selector:
        return matching_nodes(context.server, selector)
    if not named:
        text = "at least one resource name must be specified since 'all' parameter is not set"
        raise UsageError(text, hint="name nodes, or choose them with --selector")
    return named


def _is_taint(word: str) -> bool:
    return "=" in word or ":" in word or word.endswith("-")


VERB = Change(
    usage="NODE... KEY[=VALUE]:EFFECT|KEY[:EFFECT]-...",
    about="Change the taints of nodes, as kubectl taint does, and show what follows.",
    flags=(
        switch("overwrite", "Replace a taint with the same key and effect."),
        switch("all", "All nodes."),
        flags.SELECTOR,
        VALIDATE,
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        *OUTPUT,
    ),
    examples=("taint node-1 dedicated=db:NoSchedule", "taint node-1 dedicated-"),
    run=run,
)
