"""``kplan apply``: kubectl apply into the stored state, of manifests or of what a saved plan holds."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kplan.cli import inputs, options, output, reading, simulating, stored
from kplan.cli.flags import options_of
from kplan.cli.progress import ProgressBar
from kplan.cli.settings import configuration, option, part
from kplan.cli.verbs import VerbCommand
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.given import require_alone
from kplan.kubectl.verbs.apply import VERB

if TYPE_CHECKING:
    from kplan.cluster import Cluster
    from kplan.pipeline.loading import Loaded
    from kplan.pipeline.planned import Deletions
    from kplan.pipeline.states import State

_SETTINGS: Final = {
    "namespace": "namespace", "server-side": "apply.server-side", "force-conflicts": "apply.force-conflicts",
    "field-manager": "apply.field-manager",
}  # fmt: skip
"""Flags that the configuration sets if the command line does not, by the key that does."""


class ApplyCommand(VerbCommand):
    """kubectl's verb on the stored state, whose result becomes a new revision."""

    def act(self, arguments: Arguments, own: Mapping[str, Any], note: str) -> int:
        """Apply manifests, or a plan. Raises UsageError."""
        if arguments.words and not arguments.given("filename"):
            return self._act_on_plan(arguments, own, note)
        require_alone(arguments)
        files = reading.Files(
            arguments.texts("filename"), arguments.switch("recursive"), arguments.texts("kustomize")
        )
        loaded = _recorded(inputs.load(files, kubectl=True), arguments, note)
        given = _with_settings(arguments)
        minor, namespace = own["kubernetes_versions"][0], given.text("namespace") or None
        opened = inputs.open_state(None, kubernetes=minor, known=loaded.objects, namespace=namespace)
        return _apply(loaded, opened, given, inputs.minors_of(opened, [minor])[0], own, note)

    def _act_on_plan(self, arguments: Arguments, own: Mapping[str, Any], note: str) -> int:
        from kplan import pipeline
        from kplan.cli import plans
        from kplan.pipeline.loading import Loaded

        plan, basis = plans.with_basis(plans.named_alone(arguments))
        loaded = Loaded(pipeline.requested(basis))
        minor, namespace = basis.kubernetes[0], basis.application.namespace
        opened = inputs.open_state(None, kubernetes=minor, known=loaded.objects, namespace=namespace)
        pipeline.require_unmoved(basis, opened, Path.cwd())
        given = plans.as_planned(arguments, basis.application)
        return _apply(loaded, opened, given, minor, own, note, pipeline.Deletions.of(plan))


def _recorded(loaded: "Loaded", arguments: Arguments, note: str) -> "Loaded":
    """The objects with the command line in an annotation, if ``--record`` asks for it."""
    if "record" not in arguments.values:
        return loaded
    from kplan.kubectl.recording import DEPRECATED, cause_of, is_recorded, recorded

    click.echo(DEPRECATED, err=True)
    if not is_recorded(arguments):
        return loaded
    return loaded._replace(objects=list(recorded(loaded.objects, cause_of(note))))


def _with_settings(arguments: Arguments) -> Arguments:
    """The command line with what the configuration says if it says nothing."""
    found = {name: configuration().get(key) for name, key in _SETTINGS.items() if not arguments.given(name)}
    return arguments.having(
        {name: "true" if value is True else str(value) for name, value in found.items() if value}
    )


def _apply(
    loaded: "Loaded", opened: "State", arguments: Arguments, minor: str, own: Mapping[str, Any], note: str,
    deletions: "Deletions | None" = None,
) -> int:  # fmt: skip
    """Apply, let the cluster go on from there, store it unless nothing was written, and print what kubectl prints."""
    from kplan import pipeline
    from kplan.pipeline.remembering import moment
    from kplan.simulation.clock import as_datetime

    now, before = as_datetime(moment(opened)), opened.store.revision
    if arguments.text("dry-run") == "unchanged":  # --dry-run alone, which kubectl refuses, is harmless here
        arguments = arguments.having({"dry-run": "client"})
    with ProgressBar() as bar:
        progress = bar.counting("applying objects")
        report = pipeline.apply(
            loaded, opened, arguments, kubernetes=minor, now=now, progress=progress, deletions=deletions
        )
    if arguments.text("dry-run") == "none" and opened.store.revision != before:
        cluster, secrets = _played(opened, own, minor), own["with_secrets"] or opened.keeps_secrets
        pipeline.keep(cluster, opened, Path.cwd(), at=stored.now(), note=note, secrets=secrets)
    return output.emit(report, [output.Output("text")], own["color"], masks=not own["show_secrets"])


def _played(opened: "State", own: Mapping[str, Any], minor: str) -> "Cluster":
    """The cluster when it has come to rest, or when somebody wants to look at it."""
    from kplan import pipeline
    from kplan.kubectl.durations import duration

    scenario = part(options.Assumed, own).read()
    seconds = duration(own["until"]) if own["until"] else None
    with ProgressBar() as bar:
        return pipeline.go_on(opened, pipeline.SimulationOptions(minor, scenario, progress=bar), seconds)


command = ApplyCommand(
    "apply",
    VERB._replace(
        usage="-f PATH...|PLAN",
        about="""Apply manifests, or a saved plan, to the stored state (.kplan/state.db) as a new revision.

        Prints created, configured or unchanged for every object, as kubectl apply does. A refused object does not stop the
        rest; the exit code is 2 then. A PLAN of kplan plan --out is applied as it was planned, and refused where the state
        has moved since.
        """,
        examples=("apply -R -f configs/", "apply -f web.yaml --dry-run=server", "apply plan.json"),
    ),
    options_of([
        option("--with-secrets", is_flag=True, help="Store the values of Secrets instead of hashes."),
        options.kubernetes_version, options.assumptions, simulating.until, reading.filtered, output.color, output.show_secrets,
    ]),
)  # fmt: skip
