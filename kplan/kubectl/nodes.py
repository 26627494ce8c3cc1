"""Nodes as cordon, drain and taint choose and change them.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go, staging/src/k8s.io/kubectl/pkg/drain/cordon.go
"""

from collections.abc import Iterable

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.choosing import Wanted, choose
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.paths import check_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.resources import resource_of
from kplan.kubectl.wording import ClientError, error_text


def node_names(arguments: Arguments, server: Server, verb: str) -> list[str]:
    """The nodes a command line of cordon or drain means. Raises HelpError, StatusError or UsageError."""
    selector = arguments.text("selector")
    if not arguments.words and not selector:
        raise HelpError(f"USAGE: {verb} NODE [flags]", hint="name nodes, or choose them with --selector")
    if arguments.words and selector:
        raise HelpError("cannot specify both a node name and a --selector option")
    return [_node_name(word, server) for word in arguments.words] or matching_nodes(server, selector)


def _node_name(word: str, server: Server) -> str:
    """The name in ``NAME`` or ``node/NAME``.

    Raises StatusError if another kind has no object of that name, and UsageError.
    """
    kind, slash, name = word.partition("/")
    if not slash:
        return word
    if resource_of(kind, server.discovery()).kind == "Node":
        return name
    for failure in choose(server, Wanted(words=(word,))).failures:
        raise failure
    return word


def matching_nodes(server: Server, selector: str = "") -> list[str]:
    """Nodes with matching labels, all without a selector. Raises StatusError if it is none."""
    found = choose(server, Wanted(words=("nodes",), labels=selector, kind_is_enough=True))
    for failure in found.failures:
        raise failure
    return [item.value["metadata"]["name"] for item in found.items]


def are_nodes(server: Server, names: Iterable[str], printed: Printed) -> bool:
    """Whether there is a node of each name; kubectl looks before it does anything."""
    return all(get_node(server, name, printed) is not None for name in names)


def cordon(
    server: Server,
    name: str,
    printed: Printed,
    *,
    desired: bool = True,
    strategy: DryRunStrategy = DryRunStrategy.NONE,
) -> Json | None:
    """Make a node unschedulable, or schedulable again. Returns the node, or None if there is none."""
    node = get_node(server, name, printed)
    if node is None:
        return None
    word = "cordoned" if desired else "uncordoned"
    if bool((node.get("spec") or {}).get("unschedulable")) == desired:
        word = f"already {word}"
    elif strategy is DryRunStrategy.NONE:
        changed = merge(server, node, {"spec": {"unschedulable": True if desired else None}}, printed)
        if changed is None:
            return None
        node = changed
    printed.say(f"node/{name} {word}{strategy.suffix}")
    return node


def cordon_all(
    server: Server, names: Iterable[str], *, desired: bool, strategy: DryRunStrategy = DryRunStrategy.NONE
) -> Printed:
    """Run cordon or uncordon on nodes; nothing is done if one does not exist."""
    printed, chosen = Printed(), list(names)
    if are_nodes(server, chosen, printed):
        for name in chosen:
            cordon(server, name, printed, desired=desired, strategy=strategy)
    return printed


def get_node(server: Server, name: str, printed: Printed) -> Json | None:
    """A node, or None and a word about why not."""
    try:
        check_name(name)
        return server.get(ObjectKey("", "Node", "", name))
    except (ClientError, StatusError) as refusal:
        printed.fail(error_text(refusal).rstrip("\n"))
        return None


def merge(server: Server, node: Json, patch: Json, printed: Printed) -> Json | None:
    """Merge a patch into a node; None and a word about it if that is refused."""
    key = ObjectKey("", "Node", "", node["metadata"]["name"])
    try:
        return server.patch(key, patch, PatchType.MERGE, manager="kubectl").value
    except StatusError as refusal:
        printed.fail(error_text(refusal).rstrip("\n"))
        return None
