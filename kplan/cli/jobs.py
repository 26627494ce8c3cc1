"""``--jobs``: how many processes share long work; by default as many as there are cores to run on."""

import os
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from typing import Any, Final, TypeVar

import click

from kplan.cli.settings import option

F = TypeVar("F", bound=Callable[..., Any])

_MOST: Final = 8
"""More are used only if they are asked for: each takes as much memory as the objects do."""
_LIMITS: Final = ("/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us")
_PERIOD: Final = 100_000


def jobs_option(command: F) -> F:
    """``--jobs``."""
    return option(
        "-j", "--jobs", type=click.IntRange(1), default=None, metavar="N", envvar="KPLAN_JOBS", callback=_chosen,
        help="Number of processes for large inputs. Default: the number of cores, at most 8.",
    )(command)  # fmt: skip


def _chosen(context: click.Context, parameter: click.Parameter, given: int | None) -> int:
    del context, parameter
    return given or min(_MOST, cores())


def cores() -> int:
    """How many cores this process may use at once, as its affinity and its cgroup say."""
    affinity = getattr(os, "sched_getaffinity", None)
    number = len(affinity(0)) if affinity else os.cpu_count() or 1
    for path in _LIMITS:
        with suppress(OSError, ValueError), open(path, encoding="ascii") as file:  # noqa: PTH123 - pathlib takes 4 ms of every start
            quota, _, period = file.read().strip().partition(" ")
            if float(quota) > 0:
                return max(1, min(number, ceil(float(quota) / float(period or _PERIOD))))
    return max(1, number)
