"""``lint.options``: what rules are told, checked against what they declare."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kplan.errors import UsageError
from kplan.lint.option import Option, Settings, converted
from kplan.lint.rules import entries
from kplan.naming import nearest

if TYPE_CHECKING:
    from kplan.config.reading import Configuration


def rule_settings(configuration: "Configuration") -> Settings:
    """What options of rules are set to. Raises UsageError with its place for what a rule does not declare."""
    given: Mapping[str, Mapping[str, Any]] = configuration.get("lint.options") or {}
    return {
        key: value for code, options in given.items() for key, value in _of_rule(code, options, configuration)
    }


def _of_rule(
    code: str, given: Mapping[str, Any], configuration: "Configuration"
) -> Iterable[tuple[str, Any]]:
    place = configuration.places.get(f"lint.options.{code}", "")
    entry = next((one for one in entries() if one.code == code), None)
    if entry is None:
        raise _refused(
            place, f"no rule has the code '{code}'", nearest(code, [one.code for one in entries()])
        )
    declared = {one.name: one for one in entry.rule.options}
    if not declared:
        raise UsageError(f"{place}: lint.options: {code} has no options", hint=f"see 'kplan rules {code}'")
    for name, value in given.items():
        where = configuration.places.get(f"lint.options.{code}.{name}", place)
        if name not in declared:
            raise _refused(where, f"{code} has no option '{name}'", nearest(name, declared), declared)
        yield declared[name].key, _value(declared[name], value, where)


def _value(option: Option[Any], value: Any, place: str) -> Any:
    try:
        return converted(option, value)
    except ValueError as error:
        raise UsageError(f"{place}: lint.options: {error}", hint=option.text) from None


def _refused(place: str, message: str, near: str, known: Iterable[str] = ()) -> UsageError:
    names = ", ".join(known)
    hint = f"did you mean '{near}'?" if near else f"it has {names}" if names else "see 'kplan rules'"
    return UsageError(f"{place}: lint.options: {message}", hint=hint)
