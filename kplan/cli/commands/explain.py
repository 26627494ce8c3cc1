"""``kplan explain`` (and ``kplan why``): why a pod goes where it goes, or nowhere."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from kplan.cli import inputs, options, placement
from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.api.object import Json
    from kplan.scheduler.explain import Explanation
    from kplan.scheduler.picture import Picture

_EXAMPLES = (
    "\b\nExamples:\n  kplan explain pod/web-0 -n shop\n  kplan explain -f web.yaml --add-nodes 2=8cpu,32Gi"
)


@click.command("explain", epilog=_EXAMPLES)
@click.argument("pods", nargs=-1, metavar="[pod/NAME]...")
@options.filenames(required=False)
@options.state
@options.namespace
@options.kubernetes_version
@placement.cluster_changes
@placement.scheduler_config
@options.output("text", "json")
@options.color
def command(
    pods: Sequence[str], filenames: Sequence[str], *, recursive: bool, state: str | None, namespace: str | None,
    kubernetes_version: str, add_nodes: Sequence[str], without_node: Sequence[str], scheduler_config: str | None,
    output: str, color: str,
) -> int:  # fmt: skip
    """Explain where pods of the state, or of manifests (-f), would be placed now.

    For each node: who refused it and the numbers behind it; for nodes that fit, the score of every plug-in; where no
    node fits, the smallest change that gives the pod a place. Exits with 1 where a pod has no place.
    """
    from kplan import pipeline
    from kplan.render import scheduling
    from kplan.render.style import Style
    from kplan.scheduler.explain import explain
    from kplan.scheduler.picture import pod_of

    opened = inputs.view(state, kubernetes=kubernetes_version)
    picture = placement.picture(opened.store, add_nodes, without_node)
    asked = [_running(picture, name, namespace or "default") for name in pods]
    loaded = inputs.load(filenames, recursive=recursive)
    broken = inputs.complain(loaded.diagnostics, color)
    for item in loaded.objects:
        value = pod_of(item.value)
        if value is not None:
            asked.append(pipeline.admit_pod(value, opened.store, kubernetes=kubernetes_version))
    if not asked and not broken:
        raise UsageError(
            "nothing to explain", hint="name a pod of the state (pod/web-0) or give manifests with -f"
        )
    profiles = placement.read_profiles(scheduler_config)
    found = [explain(picture, value, placement.profile_for(profiles, value)) for value in asked]
    if output == "json":
        click.echo(json.dumps([as_json(item) for item in found], indent=2))
    else:
        style = Style(colour=options.wants_colour(color))
        texts = [scheduling.explanation(_title(item), item, style) for item in found]
        click.echo("\n".join(texts), nl=False, color=True)
    return 2 if broken else 0 if all(item.decision.node for item in found) else 1


def _title(found: "Explanation") -> str:
    pod = found.decision.pod
    return f"pod/{pod.name} -n {pod.namespace or 'default'}"


def _running(picture: "Picture", name: str, namespace: str) -> "Json":
    kind, slash, rest = name.rpartition("/")
    if slash and kind not in ("pod", "pods", "po"):
        raise UsageError(f"'{name}' is no pod", hint="write pod/NAME")
    value = picture.pod(namespace, rest)
    if value is None:
        raise UsageError(
            f"there is no pod '{rest}' in namespace '{namespace}' of the state",
            hint="-n names another namespace; 'kplan get pods -A' lists all",
        )
    return value


def as_json(found: "Explanation") -> "Json":
    """An explanation for programs."""
    decision = found.decision
    nomination = decision.nomination
    return {
        "pod": {"namespace": decision.pod.namespace, "name": decision.pod.name},
        "node": decision.node or None,
        "message": decision.message,
        "ties": list(decision.ties),
        "scores": {
            node: {"total": decision.final.get(node), "plugins": dict(row)}
            for node, row in decision.scores.items()
        },
        "refusals": [asdict(item) for item in found.refusals],
        "preemption": {"node": nomination.node, "victims": [victim.name for victim in nomination.victims]}
        if nomination is not None and nomination.node
        else None,
        "remedies": [asdict(item) for item in found.remedies],
    }
