"""``lint.options``: what rules are told, checked against what they declare."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kplan.config.mistakes import at
from kplan.diagnostics import Diagnostic
from kplan.lint.option import Settings, converted
from kplan.lint.rules import entries
from kplan.naming import nearest

if TYPE_CHECKING:
    from kplan.config.reading import Configuration


def rule_settings(configuration: "Configuration", wrong: list[Diagnostic]) -> Settings:
    """What options of rules are set to; what a rule does not declare is added with its place."""
    given: Mapping[str, Mapping[str, Any]] = configuration.get("lint.options") or {}
    return {
        key: value
        for code, options in given.items()
        for key, value in _of_rule(code, options, configuration, wrong)
    }


def _of_rule(
    code: str, given: Mapping[str, Any], configuration: "Configuration", wrong: list[Diagnostic]
) -> Iterable[tuple[str, Any]]:
    place = configuration.places.get(f"lint.options.{code}", "")
    entry = next((one for one in entries() if one.code == code), None)
    if entry is None:
        near = nearest(code, [one.code for one in entries()])
        wrong.append(_refused(place, f"no rule has the code '{code}'", near))
        return
    declared = {one.name: one for one in entry.rule.options}
    if not declared:
        wrong.append(at(place, f"lint.options: {code} has no options", f"see 'kplan rules {code}'"))
        return
    for name, value in given.items():
        where = configuration.places.get(f"lint.options.{code}.{name}", place)
        if name not in declared:
            near = nearest(name, declared)
            wrong.append(_refused(where, f"{code} has no option '{name}'", near, declared))
            continue
        try:
            yield declared[name].key, converted(declared[name], value)
        except ValueError as error:
            wrong.append(at(where, f"lint.options: {error}", declared[name].text))


def _refused(place: str, message: str, near: str, known: Iterable[str] = ()) -> Diagnostic:
    names = ", ".join(known)
    hint = f"did you mean '{near}'?" if near else f"it has {names}" if names else "see 'kplan rules'"
    return at(place, f"lint.options: {message}", hint)
