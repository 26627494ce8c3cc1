"""Cron schedules: the accepted grammar, the API server's texts, and steps over the edges of time zones."""

from datetime import UTC, datetime

import pytest

from kplan.api.cron import Interval, ScheduleError, known_time_zone, parse_schedule, time_zone


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty spec string"),
        ("*", "expected exactly 5 fields, found 1: [*]"),
        ("0 0 * * * *", "expected exactly 5 fields, found 6: [0 0 * * * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("-5 * * * *", 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'),
        ("@fortnightly", "unrecognized descriptor: @fortnightly"),
        ("@every x", 'failed to parse duration @every x: time: invalid duration "x"'),
        ("TZ=Mars/Base 0 0 * * *", "provided bad location Mars/Base: unknown time zone Mars/Base"),
        ("TZ=UTC", "invalid schedule format: runtime error: slice bounds out of range [:-1]"),
    ],
)
def test_refusals(text: str, problem: str) -> None:
    with pytest.raises(ScheduleError) as refusal:
        parse_schedule(text)
    assert str(refusal.value) == problem


def steps(text: str, after: datetime, count: int = 3) -> list[str]:
    schedule = parse_schedule(text)
    found: list[str] = []
    moment: datetime | None = after
    for _ in range(count):
        assert moment is not None
        moment = schedule.next(moment)
        found.append("never" if moment is None else moment.isoformat())
        if moment is None:
            break
    return found


NEW_YORK = time_zone("America/New_York")
BEFORE_SPRING = datetime(2026, 3, 7, 1, 30, 5, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("*/20 * * * *", datetime(2026, 1, 1, 0, 50, tzinfo=UTC), ["01:00", "01:20", "01:40"]),
        ("5,10 8-9/1 * * *", datetime(2026, 1, 1, 9, 6, tzinfo=UTC), ["09:10", "08:05", "08:10"]),
        ("@hourly", datetime(2026, 1, 1, 23, 30, tzinfo=UTC), ["00:00", "01:00", "02:00"]),
    ],
)
def test_steps_of_a_day(text: str, after: datetime, expected: list[str]) -> None:
    assert [moment[11:16] for moment in steps(text, after)] == expected


def test_day_of_month_or_week_when_both_are_restricted() -> None:
    assert [moment[:10] for moment in steps("0 0 1,15 * mon", datetime(2026, 3, 7, tzinfo=UTC))] == [
        "2026-03-09",
        "2026-03-15",
        "2026-03-16",
    ]


def test_hour_that_a_zone_skips_waits_for_the_next_day() -> None:
    assert steps("30 2 * * *", BEFORE_SPRING, 2) == ["2026-03-07T02:30:00-05:00", "2026-03-09T02:30:00-04:00"]


def test_zone_in_the_text_rules() -> None:
    assert steps("TZ=Asia/Tokyo 0 9 * * *", BEFORE_SPRING, 1) == ["2026-03-07T19:00:00-05:00"]


def test_date_that_never_comes() -> None:
    assert steps("0 0 30 2 *", BEFORE_SPRING) == ["never"]
    assert steps(", * * * *", BEFORE_SPRING) == ["never"]


def test_intervals_are_whole_seconds() -> None:
    assert parse_schedule("@every 1500ms") == Interval(1)
    assert parse_schedule("@every 1h30m").next(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(
        2026, 1, 1, 1, 30, tzinfo=UTC
    )


def test_zones_are_known_by_their_exact_names() -> None:
    assert known_time_zone("Europe/Berlin")
    assert known_time_zone("UTC")
    assert not known_time_zone("europe/berlin")
    assert not known_time_zone("UPPER")


@pytest.mark.parametrize("text", ["0 0 * * *", "* * * * *", "@every 87600h"])
def test_there_is_no_time_after_the_year_9999(text):
    assert parse_schedule(text).next(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)) is None
