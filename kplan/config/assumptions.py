"""What a simulation takes for granted: options, the configuration and a scenario file, in this order,
as one scenario.
"""

from collections.abc import Mapping, Sequence
from itertools import starmap
from types import MappingProxyType
from typing import Any

from kplan.api.addresspool import Pool
from kplan.api.quantity import Quantity, QuantityError
from kplan.config.mapping import one_document, one_mapping
from kplan.errors import UsageError
from kplan.kubectl.durations import duration
from kplan.namedtuples import NamedTuple
from kplan.simulation.scenario import Scenario


class Beneath(NamedTuple):
    """What counts where nothing else says anything: the configuration, for a target with assumptions of its own."""

    images: Mapping[str, Any] = MappingProxyType({})
    load: Sequence[str] = ()


def scenario(
    file: str | None = None,
    *,
    assume: Sequence[str] = (),
    images: Mapping[str, Any] | None = None,
    load: Sequence[str] = (),
    lb_pool: str = "",
    most: Mapping[str, int] | None = None,
    beneath: Beneath | None = None,
) -> Scenario:
    """Make a scenario: ``assume`` is ``IMAGE=OUTCOME`` of options, ``images`` what the configuration says,
    ``most`` how much is played.

    What is said first counts: options, configuration, file, and then what lies ``beneath``. Raises UsageError.
    """
    below = beneath or Beneath()
    given = one_mapping(file, "a scenario", hint="see docs/simulation.md") if file else {}
    for one in assume:
        if not all(one.rpartition("=")[::2]):
            raise UsageError(
                f"--assume {one}: no image and outcome",
                hint="write IMAGE=OUTCOME, as in 'registry.example.com/*=fails'",
            )
    assumed = [dict(zip(("image", "outcome"), one.rpartition("=")[::2], strict=True)) for one in assume]
    configured = list(starmap(_image, (images or {}).items()))
    lists = {
        "images": [
            *assumed,
            *configured,
            *_items(file, given, "images"),
            *starmap(_image, below.images.items()),
        ],
        "load": [*map(_load, load), *_items(file, given, "load"), *map(_load, below.load)],
    }
    merged = {
        **given,
        **{key: items for key, items in lists.items() if items or key in given},
        **({"lbPool": lb_pool} if lb_pool else {}),
        **(most or {}),
    }
    return _with_pool(read(merged, file or "--assume", file))


def read(value: Mapping[str, Any], source: str, file: str | None = None) -> Scenario:
    """What a scenario says; one that says nothing but a pool needs no model to check it. Raises UsageError."""
    if value.keys() <= {"lbPool"} and isinstance(pool := value.get("lbPool", ""), str):
        return Scenario(lb_pool=pool)
    from pydantic import ValidationError  # noqa: PLC0415 - heavy, and few runs assume anything

    from kplan.config import problems  # noqa: PLC0415 - as above
    from kplan.config.scenariofile import check, parse  # noqa: PLC0415 - as above

    try:
        return parse(value)
    except ValidationError as error:
        if file is not None:
            check(one_document(file, "a scenario"))
        where, text = problems.first(error)
        raise UsageError(f"{source}: {where} {text}") from error


def _items(file: str | None, given: Mapping[str, Any], key: str) -> Sequence[Any]:
    """What a scenario file says of a key that holds a list. Raises UsageError."""
    found = given.get(key) or []
    if not isinstance(found, list):
        raise UsageError(f"{file}: {key}: it must be a list", hint="see docs/simulation.md")
    return found


def _image(pattern: str, outcome: Any) -> dict[str, Any]:
    """Parse what a configuration says about an image: an outcome, or an outcome and how long it takes."""
    if not isinstance(outcome, dict):
        return {"image": pattern, "outcome": outcome}
    ((what, after),) = outcome.items()
    return {"image": pattern, "outcome": "succeeds" if what == "runs" else what, "run": duration(after)}


def _load(text: str) -> dict[str, str]:
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
            f"invalid load: '{text}'", hint="write it as deployment/web=2 or deployment/web=memory:4Gi"
        )
    return {"target": target, "resource": resource if colon else "cpu", "total": total}


def _with_pool(scenario: Scenario) -> Scenario:
    try:
        Pool.parse(scenario.lb_pool)
    except ValueError as error:
        raise UsageError(
            f"invalid address pool: '{scenario.lb_pool}'",
            hint="write it as 192.168.56.50-192.168.56.99 or 192.168.56.0/28",
        ) from error
    return scenario
