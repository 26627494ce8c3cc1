"""``kplan delete``: remove objects, and see what goes with them and what comes back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kplan.cli import inputs, options, playing, reading
from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.api.gvk import ObjectKey
    from kplan.api.object import Object
    from kplan.cluster import Cluster
    from kplan.kubectl.printed import Printed

_EXAMPLES = (
    "\b\nExamples:\n  kplan delete deployment web -n shop\n  kplan delete pod/web-0 pod/web-1 --commit\n"
    "  kplan delete -f configs/\n  kplan delete pods -l app=web"
)
_FORCED = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. "
    "The resource may continue to run on the cluster indefinitely."
)


@click.command("delete", epilog=_EXAMPLES)
@click.argument("targets", nargs=-1, metavar="[KIND NAME...|KIND/NAME...]")
@reading.filenames
@options.selector
@click.option("--all", "every", is_flag=True, help="All objects of the kind in the namespace.")
@click.option(
    "--cascade", type=click.Choice(("background", "foreground", "orphan")), default="background", show_default=True,
    help="What becomes of the objects' dependents.",
)  # fmt: skip
@click.option(
    "--grace-period", type=int, default=-1, metavar="SECONDS", help="Time pods get to end by themselves."
)
@click.option("--force", is_flag=True, help="Do not wait for pods to end; with a grace period of 0 or none.")
@options.namespace
@playing.on_terms
def command(
    targets: Sequence[str],
    *,
    filenames: Sequence[str],
    recursive: bool,
    selector: str,
    every: bool,
    cascade: str,
    grace_period: int,
    force: bool,
    namespace: str | None,
    terms: playing.Terms,
) -> int:
    """Delete objects, as kubectl delete does, and play what follows."""
    if bool(targets) == bool(filenames):
        raise UsageError(
            "name objects, or give their files with -f", hint="kplan delete KIND NAME, or -f PATH"
        )
    grace = _grace(grace_period, force=force)
    given, broken = inputs.load_given(filenames, recursive=recursive, color=terms.color)
    place = namespace or "default"

    def act(cluster: "Cluster") -> "Printed":
        keys, unserved = _keys(cluster, given, place)
        if targets:
            keys = playing.pick_objects(cluster, targets, place, selector, every=every)
        printed = cluster.kubectl.delete(keys, cascade=cascade, grace_seconds=grace)
        if force:
            printed.warn(_FORCED)
        if not keys and not unserved:
            printed.say("No resources found")
        for text in unserved:
            printed.fail(text)
        return printed

    code = playing.act(terms, f"delete {' '.join((*targets, *filenames))}", act)
    return 2 if broken else code


def _grace(seconds: int, *, force: bool) -> int | None:
    """What is asked of the server: 0 only by force, as kubectl has it."""
    if force and seconds > 0:
        raise UsageError("--force and --grace-period greater than 0 cannot be specified together")
    if force:
        return 0
    return None if seconds < 0 else max(seconds, 1)


def _keys(
    cluster: "Cluster", given: "Sequence[Object]", namespace: str
) -> "tuple[list[ObjectKey], list[str]]":
    """Where the objects of files are in the cluster, and what to say of kinds that it does not serve."""
    from kplan.api.gvk import ObjectKey
    from kplan.apiserver.errors import no_match

    known, keys, unserved = cluster.server.discovery(), list[ObjectKey](), list[str]()
    for one in given:
        resource = known.resource_for(one.gvk)
        if resource is None:
            unserved.append(f"error: {no_match(one.gvk.kind, one.gvk.api_version).message}")
        else:
            place = (one.namespace or namespace) if resource.namespaced else ""
            keys.append(ObjectKey(resource.group, resource.kind, place, one.name))
    return keys, unserved
