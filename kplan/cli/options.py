"""Options that several commands share, each defined once."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TextIO, TypeVar

import click

from kplan.errors import UsageError
from kplan.schema import releases

if TYPE_CHECKING:
    from kplan.kubectl.reading import Options
    from kplan.manifest.limits import Limits
    from kplan.simulation.scenario import Scenario

F = TypeVar("F", bound=Callable[..., Any])


_LIMITS: Final = "kplan.limits"
_FRAMES_A_LEVEL: Final = 20
"""Calls within calls that one level of a document may take, with room to spare."""


def limiting(command: F) -> F:
    """``--max-file-size`` and ``--limit``; what they come to is for ``limits``."""

    def keep(context: click.Context, option: click.Parameter, given: Any) -> None:
        context.meta[f"{_LIMITS}.{option.name}"] = given

    command = click.option(
        "--limit", "limit", multiple=True, metavar="NAME=N", expose_value=False, callback=keep,
        help="How much is read: at most depth=200 and values=16777216 of one document, files=200000; repeatable.",
    )(command)  # fmt: skip
    return click.option(
        "--max-file-size", "max_file_size", type=click.IntRange(1), default=64, show_default=True, metavar="MIB",
        expose_value=False, callback=keep, help="Largest file that is read.",
    )(command)  # fmt: skip


def limits() -> "Limits":
    """How much the running command reads. Raises UsageError."""
    from kplan.manifest.limits import Limits

    said = click.get_current_context().meta
    size = said.get(f"{_LIMITS}.max_file_size", 64)
    made = Limits.of_files(size << 20)._replace(**dict(map(_limit, said.get(f"{_LIMITS}.limit", ()))))
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES_A_LEVEL * made.max_depth))
    return made


def _limit(text: str) -> tuple[str, int]:
    """A field of Limits and its value."""
    from kplan.manifest.limits import DEEPEST

    name, _, number = text.partition("=")
    field = {"depth": "max_depth", "values": "max_nodes", "files": "max_files"}.get(name)
    if field is None or not number.isascii() or not number.isdecimal() or int(number) < 1:
        raise UsageError(f"--limit {text}: no such limit", hint="write depth=N, values=N or files=N")
    if name == "depth" and int(number) > DEEPEST:
        raise UsageError(f"--limit {text}: at most {DEEPEST} levels can be read")
    return field, int(number)


def filenames(*, required: bool = True) -> Callable[[F], F]:
    """``-f PATH`` (repeatable), ``-R``, ``--max-file-size`` and ``--limit``."""

    def decorate(command: F) -> F:
        command = limiting(command)
        command = click.option(
            "-R", "--recursive", is_flag=True, help="Read directories with everything below them."
        )(command)
        return click.option(
            "-f", "--filename", "filenames", multiple=True, required=required, metavar="PATH",
            help="File, directory, glob or '-' for standard input; repeatable.",
        )(command)  # fmt: skip

    return decorate


def state(command: F) -> F:
    """``--state``."""
    return click.option(
        "--state", "state", metavar="STATE", default=None,
        help="What is in the cluster: a state file, a 'kubectl get -A -o yaml' dump, a directory of manifests, "
        "git:REV[:PATH], a kind cluster configuration, or nodes:3x4cpu,8Gi. "
        "Default: .kplan/state.db here or above, else an empty cluster of three nodes.",
    )(command)  # fmt: skip


def namespace(command: F) -> F:
    """``-n``."""
    return click.option(
        "-n", "--namespace", "namespace", default=None, metavar="NAME",
        help="Namespace of objects that name none, and the only one they may name.",
    )(command)  # fmt: skip


def selector(command: F) -> F:
    """``-l``."""
    return click.option(
        "-l", "--selector", "selector", default="", metavar="SELECTOR",
        help="Only objects whose labels match, as kubectl: key=value, key!=value, key in (a,b), key, !key.",
    )(command)  # fmt: skip


def kubernetes_version(command: F) -> F:
    """``--kubernetes-version``."""
    return click.option(
        "--kubernetes-version", "kubernetes_version", default=releases.DEFAULT, show_default=True, metavar="MINOR",
        help=f"The Kubernetes minor whose API is checked against, {releases.RANGE}.",
    )(command)  # fmt: skip


def output(*formats: str, default: str = "text") -> Callable[[F], F]:
    """``-o`` with these formats."""

    def decorate(command: F) -> F:
        return click.option(
            "-o", "--output", "output", type=click.Choice(formats), default=default, show_default=True,
            help="Format of the output.",
        )(command)  # fmt: skip

    return decorate


def color(command: F) -> F:
    """``--color``."""
    return click.option(
        "--color", "color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True,
        help="Colour; auto means on a terminal without NO_COLOR.",
    )(command)  # fmt: skip


def server_side(command: F) -> F:
    """``--server-side``, ``--force-conflicts`` and ``--field-manager``."""
    command = click.option(
        "--field-manager", "field_manager", default="", metavar="NAME",
        help="Who owns the fields. Default: kubectl-client-side-apply, or kubectl with --server-side.",
    )(command)  # fmt: skip
    command = click.option(
        "--force-conflicts", "force_conflicts", is_flag=True,
        help="With --server-side: take fields from their other managers.",
    )(command)  # fmt: skip
    return click.option(
        "--server-side", "server_side", is_flag=True, help="Apply on the server, by field ownership."
    )(command)


def check_conflicts(*, server_side: bool, force_conflicts: bool) -> None:
    """Only the server knows of conflicts. Raises UsageError."""
    if force_conflicts and not server_side:
        raise UsageError("--force-conflicts only works with --server-side")


def reading(namespace: str | None, selector: str) -> "Options":
    """What ``-n`` and ``-l`` come to. Raises UsageError."""
    from kplan.kubectl.reading import Options
    from kplan.selectors.labels import Selector

    return Options(namespace or "default", namespace is not None, Selector.parse(selector), patient=True)


def wants_colour(choice: str, stream: TextIO | None = None) -> bool:
    """What ``--color`` comes to on a stream, standard output unless one is given."""
    if choice == "auto":
        return (stream or sys.stdout).isatty() and not os.environ.get("NO_COLOR")
    return choice == "always"


def assumptions(command: F) -> F:
    """``--scenario``, ``--assume``, ``--load`` and ``--lb-pool``: what a simulation takes for granted."""
    command = click.option(
        "--load", "load", multiple=True, metavar="TARGET=QUANTITY",
        help="What an autoscaler measures of all pods of a target together: deployment/web=2 for cpu, "
        "deployment/web=memory:4Gi, deployment/web=requests:900 or ingress/main=requests:2k for a metric of "
        "pods or an object, queue_length=300 for one from outside; repeatable.",
    )(command)  # fmt: skip
    command = click.option(
        "--lb-pool", "lb_pool", default="", metavar="RANGE",
        help="Addresses for Services of type LoadBalancer: 192.168.56.50-192.168.56.99 or a CIDR.",
    )(command)  # fmt: skip
    command = click.option(
        "--assume", "assume", multiple=True, metavar="IMAGE=FATE",
        help="What becomes of an image's containers: runs, never-ready, succeeds, fails or pull-fails; "
        "the image may be a pattern; repeatable.",
    )(command)  # fmt: skip
    return click.option(
        "--scenario", "scenario", default=None, metavar="FILE",
        help="A file of assumptions: images, durations, load, incidents.",
    )(command)  # fmt: skip


def read_scenario(
    file: str | None, assume: Sequence[str], lb_pool: str, load: Sequence[str] = ()
) -> "Scenario":
    """Make a scenario of what the options say. Raises UsageError."""
    from pydantic import ValidationError

    from kplan.simulation.scenario import Scenario

    given = _scenario_file(file) if file else {}
    images = [dict(zip(("image", "fate"), one.rpartition("=")[::2], strict=True)) for one in assume]
    merged = {
        **given,
        "images": [*images, *(given.get("images") or [])],
        "load": [*map(_load, load), *(given.get("load") or [])],
        **({"lbPool": lb_pool} if lb_pool else {}),
    }
    try:
        return _with_pool(Scenario.model_validate(merged))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise UsageError(f"{file or '--assume'}: {where}: {first['msg']}") from error


def _load(text: str) -> dict[str, str]:
    from kplan.api.quantity import Quantity, QuantityError

    target, equals, measured = text.partition("=")
    resource, colon, total = measured.rpartition(":")
    try:
        Quantity.parse(total)
    except QuantityError:
        equals = ""
    if equals and target and "/" not in target and not colon:
        return {"metric": target, "total": total}
    if not equals or "/" not in target:
        raise UsageError(
            f"not a load: '{text}'", hint="write it as deployment/web=2 or deployment/web=memory:4Gi"
        )
    return {"target": target, "resource": resource if colon else "cpu", "total": total}


def _with_pool(scenario: "Scenario") -> "Scenario":
    from kplan.controllers.serviceloadbalancer import addresses

    try:
        addresses(scenario.lb_pool)
    except ValueError as error:
        raise UsageError(
            f"not a pool of addresses: '{scenario.lb_pool}'",
            hint="write it as 192.168.56.50-192.168.56.99 or 192.168.56.0/28",
        ) from error
    return scenario


def _scenario_file(path: str) -> dict[str, Any]:
    from kplan.manifest.loader import load_paths

    loaded = load_paths([path])
    for diagnostic in loaded.diagnostics:
        raise UsageError(f"{diagnostic.location}: {diagnostic.message}")
    if len(loaded.documents) != 1 or not isinstance(loaded.documents[0].value, dict):
        raise UsageError(f"{path}: a scenario is one mapping", hint="see docs/simulation.md")
    return dict(loaded.documents[0].value)
