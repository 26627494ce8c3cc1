"""Options that several commands share, each defined once."""

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def filenames(*, required: bool = True) -> Callable[[F], F]:
    """``-f PATH`` (repeatable) and ``-R``."""

    def decorate(command: F) -> F:
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
        "--kubernetes-version", "kubernetes_version", default="1.36", show_default=True, metavar="MINOR",
        help="The Kubernetes minor whose API is checked against, 1.25 to 1.37.",
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


def wants_colour(choice: str) -> bool:
    """What ``--color`` comes to here."""
    if choice == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return choice == "always"
