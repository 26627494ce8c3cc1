"""``kplan apply``: kubectl apply into the stored state, of manifests or of what a saved plan holds."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kplan.cli import inputs, options, output, reading, simulating
from kplan.cli.flags import options_of
from kplan.cli.progress import ProgressBar
from kplan.cli.settings import configuration, option, part
from kplan.cli.verbs import VerbCommand
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.given import require_alone
from kplan.kubectl.verbs.apply import VERB

if TYPE_CHECKING:
    from kplan.cluster import Cluster
    from kplan.pipeline.loading import Loaded
    from kplan.pipeline.planned import Deletions
    from kplan.pipeline.states import State
    from kplan.plan.basis import Application

_SETTINGS: Final = {
    "namespace": "namespace", "server-side": "apply.server-side", "force-conflicts": "apply.force-conflicts",
    "field-manager": "apply.field-manager",
}  # fmt: skip
"""Flags that the configuration sets if the command line does not, by the key that does."""
_BESIDE_A_PLAN: Final = frozenset(
    {"dry-run", "output", "with-secrets", "show-secrets", "color", "config", "isolated"}
)
"""Flags that may be given with a saved plan; it knows all others itself."""


class ApplyCommand(VerbCommand):
    """kubectl's verb on the stored state, whose result becomes a new revision."""

    def act(self, arguments: Arguments, own: Mapping[str, Any], note: str) -> int:
        """Apply manifests, or a plan. Raises UsageError."""
        if arguments.words and not arguments.given("filename"):
            return self._act_on_plan(arguments, own, note)
        minor = own["kubernetes_versions"][0]
        require_alone(arguments)
        files = reading.Files(
            arguments.texts("filename"), arguments.switch("recursive"), arguments.texts("kustomize")
        )
        loaded = inputs.load(files, kubectl=True)
        loaded = _recorded(loaded, arguments, note)
        given = _with_settings(arguments)
        namespace = given.text("namespace") or None
        opened = inputs.open_state(None, kubernetes=minor, known=loaded.objects, namespace=namespace)
        return _apply(loaded, opened, given, minor, own, note)

    def _act_on_plan(self, arguments: Arguments, own: Mapping[str, Any], note: str) -> int:
        from kplan import pipeline
        from kplan.cli import plans
        from kplan.pipeline.loading import Loaded

        path = _one_plan(arguments)
        plan, basis = plans.with_basis(path)
        loaded = Loaded(pipeline.requested(basis))
        minor, namespace = basis.kubernetes[0], basis.application.namespace
        opened = inputs.open_state(None, kubernetes=minor, known=loaded.objects, namespace=namespace)
        pipeline.require_unmoved(basis, opened, Path.cwd())
        given = _as_planned(arguments, basis.application)
        return _apply(loaded, opened, given, minor, own, note, pipeline.Deletions.of(plan))


def _recorded(loaded: "Loaded", arguments: Arguments, note: str) -> "Loaded":
    """The objects with the command line in an annotation, if ``--record`` asks for it."""
    if "record" not in arguments.values:
        return loaded
    from kplan.api.object import Object
    from kplan.kubectl.recording import DEPRECATED, cause_of, is_recorded, with_cause

    click.echo(DEPRECATED, err=True)
    if not is_recorded(arguments):
        return loaded
    noted = [Object(with_cause(one.value, cause_of(note)), one.origin) for one in loaded.objects]
    return loaded._replace(objects=noted)


def _apply(
    loaded: "Loaded",
    opened: "State",
    arguments: Arguments,
    minor: str,
    own: Mapping[str, Any],
    note: str,
    deletions: "Deletions | None" = None,
) -> int:
    from kplan import pipeline
    from kplan.pipeline.remembering import facts_of, moment
    from kplan.pipeline.resting import kept
    from kplan.simulation.clock import as_datetime

    minor = inputs.minors_of(opened, [minor])[0]
    now, before = as_datetime(moment(opened)), opened.store.revision
    arguments = _with(_read(arguments), **_dry_run(arguments))
    with ProgressBar() as bar:
        progress = bar.counting("applying objects")
        report = pipeline.apply(
            loaded, opened, arguments, kubernetes=minor, now=now, progress=progress, deletions=deletions
        )
    if arguments.text("dry-run") == "none" and opened.store.revision != before:
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        secrets = own["with_secrets"] or opened.keeps_secrets
        cluster = _played(opened, own, minor)
        pipeline.commit(
            cluster.store, opened.revision, Path.cwd(), at=at, note=note, with_secrets=secrets,
            facts=facts_of(cluster, opened.facts)._replace(secrets=secrets), resting=kept(cluster, state=opened),
        )  # fmt: skip
    return output.emit(report, [output.Output("text")], own["color"], masks=not own["show_secrets"])


def _read(arguments: Arguments) -> Arguments:
    """The command line where the objects are read already."""
    values = {name: texts for name, texts in arguments.values.items() if name != "kustomize"}
    return _with(arguments._replace(values=values), filename="-")


def _played(opened: "State", own: Mapping[str, Any], minor: str) -> "Cluster":
    """The cluster when it has come to rest, or when somebody wants to look at it."""
    from kplan import pipeline
    from kplan.kubectl.durations import duration

    scenario = part(options.Assumed, own).read()
    seconds = duration(own["until"]) if own["until"] else None
    with ProgressBar() as bar:
        return pipeline.go_on(opened, pipeline.SimulationOptions(minor, scenario, progress=bar), seconds)


def _one_plan(arguments: Arguments) -> str:
    """The saved plan that is named, with nothing beside it that it knows itself. Raises UsageError."""
    if len(arguments.words) > 1:
        raise UsageError("more than one plan", hint="apply one plan, or manifests with -f")
    name = arguments.words[0]
    if name.endswith((".yaml", ".yml")) or Path(name).is_dir():
        raise UsageError(f"{name} is not a plan", hint=f"manifests are applied with -f {name}")
    beside = sorted(set(arguments.values) - _BESIDE_A_PLAN)
    if beside:
        raise UsageError(
            f"--{beside[0]} cannot be given with a plan", hint="the plan says what is applied and how"
        )
    return name


def _with_settings(arguments: Arguments) -> Arguments:
    """The command line with what the configuration says if it says nothing."""
    found = {name: configuration().get(key) for name, key in _SETTINGS.items() if not arguments.given(name)}
    return _with(arguments, **{name: _text(value) for name, value in found.items() if value})


def _as_planned(arguments: Arguments, application: "Application") -> Arguments:
    """The command line that the plan was made with."""
    flags = {
        "server-side": application.server_side, "force-conflicts": application.force_conflicts,
        "field-manager": application.field_manager,
        "namespace": application.namespace if application.enforce_namespace else "",
    }  # fmt: skip
    return _with(
        arguments._replace(words=()), **{name: _text(value) for name, value in flags.items() if value}
    )


def _dry_run(arguments: Arguments) -> dict[str, str]:
    """``--dry-run`` alone, which kubectl refuses, is harmless here."""
    return {"dry-run": "client"} if arguments.text("dry-run") == "unchanged" else {}


def _with(arguments: Arguments, **values: str) -> Arguments:
    return arguments._replace(values={**arguments.values, **{name: (text,) for name, text in values.items()}})


def _text(value: Any) -> str:
    return "true" if value is True else str(value)


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
