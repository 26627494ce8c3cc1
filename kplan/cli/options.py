"""Options that several commands share, each defined once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kplan.cli import completion
from kplan.cli.reading import limited, played
from kplan.cli.settings import configuration, gathered, option
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.schema import releases

if TYPE_CHECKING:
    from kplan.config.model import Assumptions
    from kplan.kubectl.apply import ApplyOptions
    from kplan.kubectl.reading import Options
    from kplan.policies import Policy
    from kplan.simulation.scenario import Scenario

F = TypeVar("F", bound=Callable[..., Any])

_MINORS_GIVEN = "kplan.minors.given"

PLAN_CONDITIONS = "never, changes, creates, updates, replaces, deletes, risk or risk>=SEVERITY"
"""What ``--fail-on`` of a plan takes."""


def _state(context: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
    """A state of the configuration stands relative to its file, whatever kind of state it is."""
    from click.core import ParameterSource

    assert parameter.name is not None
    if given is None or context.get_parameter_source(parameter.name) is not ParameterSource.DEFAULT_MAP:
        return given
    if given.startswith("nodes:"):
        return given
    if given.startswith("git:"):
        revision, colon, path = given.removeprefix("git:").partition(":")
        return f"git:{revision}:{configuration().relative(path if colon else '.')}"
    return configuration().relative(given)


def state(command: F) -> F:
    """``--state``."""
    return option(
        "--state", "state", metavar="STATE", default=None, setting="state", envvar="KPLAN_STATE", callback=_state,
        help="What is in the cluster: a state file, a 'kubectl get -A -o yaml' dump, a folder of manifests, - for standard input, "
        "git:REV[:PATH], a kind cluster configuration, or nodes:3x4cpu,8Gi. "
        "Default: .kplan/state.db in this folder or above, else an empty cluster of three nodes.",
    )(command)  # fmt: skip


def namespace(command: F) -> F:
    """``-n``."""
    return option(
        "-n", "--namespace", "namespace", default=None, metavar="NAME", setting="namespace",
        help="Default namespace; objects that name another one are refused.",
    )(command)  # fmt: skip


def selector(command: F) -> F:
    """``-l``."""
    return option(
        "-l", "--selector", "selector", default="", metavar="SELECTOR",
        help="Only objects whose labels match, as kubectl: key=value, key!=value, key in (a,b), key, !key.",
    )(command)  # fmt: skip


def _minors(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    """Minors given one by one or with commas between, each once. Raises UsageError."""
    from click.core import ParameterSource

    if context.get_parameter_source(str(parameter.name)) is not ParameterSource.DEFAULT:
        context.meta[_MINORS_GIVEN] = True
    parts = [part.strip() for one in given for part in one.split(",") if part.strip()]
    return tuple(dict.fromkeys(map(_minor, parts))) or (releases.DEFAULT,)


def minors_given() -> bool:
    """Whether the command line, the environment or the configuration names minors, be it those that are the default."""
    return bool(click.get_current_context().meta.get(_MINORS_GIVEN))


def _minor(text: str) -> str:
    if text == releases.DEFAULT:
        return text
    from kplan.schema.catalog import Catalog

    return Catalog.for_version(text).version


def _one_minor(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    """One minor; of several in the configuration the first. Raises UsageError."""
    from click.core import ParameterSource

    minors = _minors(context, parameter, given)
    named = context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
    if named and len(minors) > 1:
        raise UsageError(
            f"{context.info_name} looks at one Kubernetes version, not at {' and '.join(minors)}"
        )
    return minors[:1]


def kubernetes_versions(command: F) -> F:
    """``--kubernetes-version``, repeatable."""
    return _version(
        "Kubernetes minor version to check against, {RANGE}; repeatable: every version is checked, the first one is simulated. ",
        _minors,
    )(command)


def kubernetes_version(command: F) -> F:
    """``--kubernetes-version`` of a command that looks at one."""
    return _version(
        "Kubernetes minor version of the cluster, {RANGE}; of several in the configuration the first. ",
        _one_minor,
    )(command)


def _version(help_: str, callback: Callable[..., tuple[str, ...]]) -> Callable[[F], F]:
    return option(
        "--kubernetes-version", "kubernetes_versions", multiple=True, default=[releases.DEFAULT], metavar="MINOR", callback=callback, shell_complete=completion.minors,
        setting="kubernetes", envvar="KPLAN_KUBERNETES", help=f"{help_.format(RANGE=releases.RANGE)}Default: {releases.DEFAULT}.",
    )  # fmt: skip


def printer(*formats: str, default: str = "text") -> Callable[[F], F]:
    """``-o`` of kubectl's own printers."""

    def decorate(command: F) -> F:
        return option(
            "-o", "--output", "output", type=click.Choice(formats), default=default, show_default=True,
            help="Format of the output.",
        )(command)  # fmt: skip

    return decorate


class Applied(NamedTuple):
    """How manifests are applied."""

    namespace: str | None
    selector: str
    server_side: bool
    force_conflicts: bool
    field_manager: str

    def options(self) -> "ApplyOptions":
        """What this means to kubectl. Raises UsageError; only the server knows of conflicts."""
        from kplan.kubectl.apply import ApplyOptions

        if self.force_conflicts and not self.server_side:
            raise UsageError("--force-conflicts only works with --server-side")
        chosen = reading(self.namespace, self.selector)
        return ApplyOptions(chosen, self.server_side, self.force_conflicts, self.field_manager)


def applied(command: Callable[..., int]) -> Callable[..., int]:
    """``-n``, ``-l``, ``--server-side`` and what belongs to it; a command gets them as ``applied``."""
    return gathered("applied", Applied, namespace, selector, _server_side)(command)


def _server_side(command: F) -> F:
    """``--server-side``, ``--force-conflicts`` and ``--field-manager``."""
    command = option(
        "--field-manager", "field_manager", default="", metavar="NAME", setting="apply.field-manager",
        help="Manager that owns the applied fields. Default: kubectl-client-side-apply, or kubectl with --server-side.",
    )(command)  # fmt: skip
    command = option(
        "--force-conflicts/--no-force-conflicts", "force_conflicts", default=False, setting="apply.force-conflicts",
        help="With --server-side: take over fields that other managers own.",
    )(command)  # fmt: skip
    return whether_server_side(command)


def whether_server_side(command: F) -> F:
    """``--server-side`` alone."""
    return option(
        "--server-side/--no-server-side", "server_side", default=False, setting="apply.server-side",
        help="Use server-side apply.",
    )(command)  # fmt: skip


def fail_on(setting: str, known: str) -> Callable[[F], F]:
    """``--fail-on`` with conditions."""

    def decorate(command: F) -> F:
        return option(
            "--fail-on", "fail_on", multiple=True, metavar="CONDITION", setting=setting,
            help=f"Exit with 1 on this condition: {known}; repeatable.",
        )(command)  # fmt: skip

    return decorate


def policy(command: F) -> F:
    """``--policy``."""
    return option(
        "--policy", "policy", multiple=True, metavar="EXPR",
        help="Exit with 1 unless this CEL expression over the plan holds, besides the policies of the configuration: "
        "'plan.summary.delete == 0'; repeatable.",
    )(command)  # fmt: skip


def read_policies(given: Sequence[str] = ()) -> "Sequence[Policy]":
    """The policies of the configuration and of the command line. Raises DiagnosedError and UsageError."""
    known = configuration().get("plan.policies") or ()
    if not known and not given:
        return ()
    from kplan.policies import Policy, compiled

    for text in given:
        try:
            compiled(text)
        except UsageError as error:
            raise UsageError(f"--policy '{text}': {error.message}", hint=error.hint) from error
    return [*_configured_policies(known), *(Policy("--policy", text) for text in given)]


def _configured_policies(known: Sequence[Mapping[str, str]]) -> "Iterator[Policy]":
    """The policies of the configuration, each with its place. Raises DiagnosedError with all that cannot be read."""
    from kplan.config.mistakes import INVALID
    from kplan.diagnostics import DiagnosedError, Diagnostic, Location
    from kplan.policies import Policy, compiled

    places, wrong = configuration().places, list[Diagnostic]()
    for key, one in ((f"plan.policies[{number}]", one) for number, one in enumerate(known)):
        try:
            compiled(one["expr"])
        except UsageError as error:
            place = Location.parse(places[f"{key}.expr"])
            wrong.append(Diagnostic(INVALID, f"{key}.expr: {error.message}", location=place, help=error.hint))
        yield Policy(one["name"], one["expr"], one.get("message", ""), Location.parse(places[key]))
    if wrong:
        raise DiagnosedError(wrong)


def reading(namespace: str | None, selector: str) -> "Options":
    """The namespace and selector that ``-n`` and ``-l`` give. Raises UsageError."""
    from kplan.kubectl.reading import Options
    from kplan.selectors.labels import Selector

    return Options(namespace or "default", namespace is not None, Selector.parse(selector), patient=True)


class Assumed(NamedTuple):
    """What a simulation takes for granted."""

    scenario: str | None = None
    assume: Sequence[str] = ()
    lb_pool: str = ""
    load: Sequence[str] = ()

    def read(self) -> "Scenario":
        """What the options and the configuration assume. Raises UsageError."""
        from kplan.config.assumptions import scenario

        return scenario(
            self.scenario, assume=self.assume, images=configuration().get("simulate.images"), load=self.load,
            lb_pool=self.lb_pool, most=played(),
        )  # fmt: skip

    def read_for(self, said: "Assumptions", relative: Callable[[str], str]) -> "Scenario | None":
        """What is assumed for one target: the command line counts before what the target ``said``, and that
        before the configuration.

        None if the target says nothing. Raises UsageError.
        """
        if not said.model_fields_set:
            return None
        from kplan.config.assumptions import Beneath, scenario

        file = relative(said.scenario) if said.scenario else None
        typed = _is_typed("load")
        beneath = Beneath(configuration().get("simulate.images") or {}, () if typed else self.load)
        return scenario(
            self.scenario if _is_typed("scenario") else file or self.scenario, assume=self.assume,
            images=said.model_dump(mode="json")["images"], load=(*(self.load if typed else ()), *said.load),
            lb_pool=self.lb_pool if _is_typed("lb_pool") else said.lb_pool or self.lb_pool, most=played(), beneath=beneath,
        )  # fmt: skip


def _is_typed(name: str) -> bool:
    """Whether the command line gives an option."""
    from click.core import ParameterSource

    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def assumptions(command: Callable[..., int]) -> Callable[..., int]:
    """``--scenario``, ``--assume``, ``--load``, ``--lb-pool`` and ``--limit``; a command gets them as ``assumed``."""
    return gathered("assumed", Assumed, _assumptions)(command)


def _assumptions(command: F) -> F:
    command = limited(command)
    command = option(
        "--load", "load", multiple=True, metavar="TARGET=QUANTITY", setting="simulate.load",
        help="Load that autoscalers measure, as the sum over all pods of a target: deployment/web=2 for cpu, "
        "deployment/web=memory:4Gi, deployment/web=requests:900 or ingress/main=requests:2k for a pod or object "
        "metric, queue_length=300 for an external metric; repeatable.",
    )(command)  # fmt: skip
    command = option(
        "--lb-pool", "lb_pool", default="", metavar="RANGE", setting="simulate.lb-pool",
        help="Addresses for Services of type LoadBalancer: 192.168.56.50-192.168.56.99 or a CIDR.",
    )(command)  # fmt: skip
    command = option(
        "--assume", "assume", multiple=True, metavar="IMAGE=OUTCOME",
        help="Assumed outcome of containers with this image: runs, never-ready, unhealthy, succeeds, fails or pull-fails; "
        "IMAGE may be a pattern; repeatable.",
    )(command)  # fmt: skip
    return option(
        "--scenario", "scenario", default=None, metavar="FILE", setting="simulate.scenario", path=True,
        help="Scenario file: assumed images, durations, load and incidents.",
    )(command)  # fmt: skip
