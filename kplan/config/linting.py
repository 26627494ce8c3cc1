"""What lint looks for: options and the configuration's ``lint`` section, as one value."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kplan.api.customworkloads import WORKLOADS, Workload
from kplan.diagnostics import DiagnosedError, Diagnostic, Severity, in_order
from kplan.errors import UsageError
from kplan.lint.known import known_codes
from kplan.lint.presets import Preset
from kplan.lint.selection import ALL, LintOptions

if TYPE_CHECKING:
    from kplan.config.reading import Configuration
    from kplan.lint.ownrule import OwnRule


def lint_options(
    configuration: "Configuration",
    *,
    preset: Preset | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    namespace: str | None = None,
    suppress: bool = True,
    show_unknown: bool = False,
    honor: Sequence[str] = (),
) -> LintOptions:
    """Compose them; codes may have commas between.

    Raises DiagnosedError with all that is wrong in the configuration, and UsageError for a code of an
    option that no rule has.
    """
    given, wrong = configuration.get, list[Diagnostic]()
    chosen = LintOptions(
        preset=preset,
        select=_codes(select),
        ignore=_codes(ignore),
        namespace=namespace or "default",
        suppress=suppress,
        severities={code: Severity(one) for code, one in (given("lint.severity") or {}).items()},
        per_file={one: _codes(codes) for one, codes in (given("lint.per-file-ignores") or {}).items()},
        per_namespace={
            one: _codes(codes) for one, codes in (given("lint.per-namespace-ignores") or {}).items()
        },
        root=configuration.directory or ".",
        show_unknown=show_unknown,
        honor=tuple(honor),
        workloads=_workloads(given("lint.workloads") or {}),
        settings=_settings(configuration, wrong),
        own=_own(configuration, wrong),
        plugins=tuple(given("lint.plugins") or ()),
    )
    _require_known(chosen, configuration, wrong)
    if wrong:
        raise DiagnosedError(in_order(wrong))
    return chosen


def _require_known(chosen: LintOptions, configuration: "Configuration", wrong: list[Diagnostic]) -> None:
    """Note codes of the configuration that no rule has, and raise UsageError for one of an option."""
    known = known_codes() | _others(chosen)
    for code, key in _named(chosen):
        if code != ALL and not any(one.startswith(code) for one in known):
            from kplan.naming import nearest  # noqa: PLC0415 - most codes are right

            near = _of_name(code) or nearest(code, known)
            said = f"no rule has a code that begins with '{code}'"
            hint = f"did you mean '{near}'?" if near else "see 'kplan rules' for all of them"
            place = _place(configuration, key, code)
            if not place:
                raise UsageError(said, hint=hint)
            from kplan.config.mistakes import at  # noqa: PLC0415 - likewise

            wrong.append(at(place, f"{key}: {said}", hint))


def _of_name(name: str) -> str:
    """The code of the rule with a name: rules are chosen by their codes alone."""
    from kplan.lint.rules import entries  # noqa: PLC0415 - likewise

    module = f".{name.lower().replace('-', '_')}"
    return next((one.code for one in entries() if one.module.endswith(module)), "")


def _settings(configuration: "Configuration", wrong: list[Diagnostic]) -> Mapping[str, Any]:
    """What options of rules are set to."""
    if not configuration.get("lint.options"):
        return {}
    from kplan.config.ruleoptions import rule_settings  # noqa: PLC0415 - few set any

    return rule_settings(configuration, wrong)


def _own(configuration: "Configuration", wrong: list[Diagnostic]) -> "tuple[OwnRule, ...]":
    """The rules of the configuration."""
    if not configuration.get("lint.rules"):
        return ()
    from kplan.config.ownrules import own_rules  # noqa: PLC0415 - few have any

    return own_rules(configuration, wrong)


def _others(chosen: LintOptions) -> frozenset[str]:
    """The codes of rules that kplan does not bring."""
    own = frozenset(one.code for one in chosen.own)
    if not chosen.plugins:
        return own
    from kplan.lint.plugins import rules_of  # noqa: PLC0415 - likewise

    return own | {one.code for one in rules_of(chosen.plugins)}


def _workloads(rows: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Workload]:
    """The table of workloads, with the rows of the configuration."""
    if not rows:
        return WORKLOADS
    from kplan.api.customworkloads import row  # noqa: PLC0415 - likewise

    return {**WORKLOADS, **{kind: row(one) for kind, one in rows.items()}}


def _named(chosen: LintOptions) -> Iterator[tuple[str, str]]:
    """Every code that is named, and the key of the configuration that may name it."""
    yield from ((code, "lint.select") for code in chosen.select)
    yield from ((code, "lint.ignore") for code in chosen.ignore)
    yield from ((code, "lint.severity") for code in chosen.severities)
    for key, ignores in (
        ("lint.per-file-ignores", chosen.per_file),
        ("lint.per-namespace-ignores", chosen.per_namespace),
    ):
        yield from ((code, key) for codes in ignores.values() for code in codes)


def _place(configuration: "Configuration", key: str, code: str) -> str:
    """Where the configuration names a code; nothing if an option does."""
    value = configuration.get(key)
    parts: Iterable[str] = [value] if isinstance(value, str) else value or ()
    if isinstance(value, dict):
        parts = [*value, *(one for inner in value.values() if isinstance(inner, list) for one in inner)]
    return configuration.places[key] if code in _codes(tuple(parts)) else ""


def _codes(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.strip().upper() for one in given for code in one.split(",") if code.strip())
