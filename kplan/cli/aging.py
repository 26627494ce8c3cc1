"""``--max-state-age``: how old the state may be that is planned on; here the clock on the wall is read."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from kplan.cli.settings import option

if TYPE_CHECKING:
    from kplan.pipeline.states import State
    from kplan.simulation.freshness import Freshness

F = TypeVar("F", bound=Callable[..., Any])


def max_state_age(command: F) -> F:
    """``--max-state-age``."""
    return option(
        "--max-state-age", "max_state_age", metavar="DURATION", default=None, setting="plan.max-state-age",
        help="Report a risk if the newest timestamp in the state is older than this: 12h, 7d.",
    )(command)  # fmt: skip


def freshness(opened: "State", spec: str | None, most: str | None) -> "Freshness | None":
    """The age of a state that ``--state`` names; None if it may have any. Raises UsageError."""
    if most is None:
        return None
    from kplan.kubectl.durations import duration
    from kplan.pipeline.aging import freshness as aged
    from kplan.simulation.clock import from_datetime

    name = f"revision-{opened.revision}" if opened.revision else spec or ""
    return aged(opened, name, from_datetime(datetime.now(UTC)), duration(most))
