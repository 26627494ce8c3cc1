"""Timestamps and durations as Go reads and prints them."""

import pytest

from kplan.api import timestamps
from kplan.api.timestamps import SECOND, TimeError


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"), ("2024-01-02T03:04:05.9+02:00", "2024-01-02T01:04:05Z"),
        ("2024-01-02T3:04:05Z", "2024-01-02T03:04:05Z"), ("0000-02-29T00:00:00Z", "0000-02-29T00:00:00Z"),
    ],
)  # fmt: skip
def test_time_reads_and_prints(text: str, printed: str) -> None:
    assert timestamps.format_time(timestamps.parse_time(text)) == printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("now", 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"'),
        ("2024-13-01T00:00:00Z", 'parsing time "2024-13-01T00:00:00Z": month out of range'),
        ("2024-02-30T00:00:00Z", 'parsing time "2024-02-30T00:00:00Z": day out of range'),
        ("2024-01-02T03:04:05Zx", 'parsing time "2024-01-02T03:04:05Zx": extra text: "x"'),
    ],
)
def test_time_refuses_with_the_words_of_go(text: str, message: str) -> None:
    with pytest.raises(TimeError) as caught:
        timestamps.parse_time(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1h", 3600 * SECOND),
        ("1h0m30s", 3630 * SECOND),
        ("1.5s", 3 * SECOND // 2),
        ("300ms", 300_000_000),
        ("1us", 1_000),
        ("1\u00b5s", 1_000),
        ("-1m", -60 * SECOND),
        ("0", 0),
    ],
)
def test_duration_is_read_as_go_reads_it(text: str, nanoseconds: int) -> None:
    assert timestamps.parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (7, "7ns"),
        (1_500, "1.5\u00b5s"),
        (300_000_000, "300ms"),
        (2 * SECOND + 50_000_000, "2.05s"),
        (80 * SECOND, "1m20s"),
        (3600 * SECOND, "1h0m0s"),
        (-90 * SECOND, "-1m30s"),
    ],
)
def test_duration_is_printed_as_go_prints_it(nanoseconds: int, text: str) -> None:
    assert timestamps.duration_text(nanoseconds) == text
    assert timestamps.parse_duration(text) == nanoseconds
