"""Which part of a log is printed: the last lines, those since a time, so many bytes, with or without their times.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go (ToLogOptions, Validate)
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.timestamps import TimeError, parse_time
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubelet.printing import Line
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import SECOND, Instant, rfc3339_micro

PART: Final = (
    switch("timestamps", "Begin each line with its time."),
    Flag(
        "tail",
        "Only so many of the last lines; 10 where pods are selected.",
        Kind.INT,
        metavar="NUMBER",
        default="-1",
    ),
    Flag("since", "Only lines of so long ago.", Kind.DURATION, metavar="DURATION", default="0s"),
    Flag("since-time", "Only lines since this time, as 2026-01-01T10:00:00Z.", metavar="TIME"),
    Flag("limit-bytes", "Only so many bytes of each container.", Kind.INT, metavar="BYTES", default="0"),
    Flag(
        "max-log-requests",
        "With --follow: how many containers there may be.",
        Kind.INT,
        metavar="NUMBER",
        default="5",
    ),
)
_SELECTED: Final = 10
"""Lines of each container if pods are selected."""


class Part(NamedTuple):
    """What of a log is printed."""

    tail: int
    """Lines from the end; -1 for all."""
    since: Instant | None
    age: int
    """Seconds back from now; 0 for all."""
    limit: int
    stamped: bool

    def cut(self, lines: Sequence[Line], now: Instant) -> str:
        """The part of a log."""
        first = self.since if self.since is not None else now - self.age * SECOND if self.age else None
        if first is not None:
            lines = [line for line in lines if line.when >= first]
        if self.tail >= 0:
            lines = lines[len(lines) - min(self.tail, len(lines)) :]
        text = "".join(
            f"{rfc3339_micro(line.when)} {line.text}\n" if self.stamped else f"{line.text}\n"
            for line in lines
        )
        # Within a character the rest is kept as it is, as the kubelet cuts bytes.
        return text.encode()[: self.limit].decode(errors="surrogateescape") if self.limit else text


def check_part(arguments: Arguments) -> None:
    """Refuse what makes no sense. Raises UsageError."""
    if arguments.text("since-time"):
        _instant(arguments.text("since-time"))
        if arguments.seconds("since"):
            raise UsageError("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if arguments.number("limit-bytes") < 0:
        raise UsageError("--limit-bytes must be greater than 0")
    if round(arguments.seconds("since")) < 0:
        raise UsageError("--since must be greater than 0")
    if arguments.number("tail") < -1:
        raise UsageError("--tail must be greater than or equal to -1")


def part_of(arguments: Arguments) -> Part:
    """Read the flags. Raises UsageError."""
    selected = bool(arguments.text("selector")) and not arguments.given("tail")
    text = arguments.text("since-time")
    return Part(
        _SELECTED if selected else arguments.number("tail"),
        _instant(text) if text else None,
        round(arguments.seconds("since")),
        arguments.number("limit-bytes"),
        arguments.switch("timestamps"),
    )


def check_requests(arguments: Arguments, count: int) -> None:
    """Refuse to follow too many containers. Raises UsageError."""
    most = arguments.number("max-log-requests")
    if arguments.switch("follow") and count > max(most, 1):
        raise UsageError(
            f"you are attempting to follow {count} log streams, but maximum allowed concurrency is {most}, "
            "use --max-log-requests to increase the limit"
        )


def _instant(text: str) -> Instant:
    try:
        return parse_time(text) // 1000
    except TimeError as error:
        raise UsageError(str(error)) from error
