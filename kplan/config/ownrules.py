"""``lint.rules``: own rules of a configuration,
each expression compiled so that a slip in it is an error at its place.
"""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kplan.config.mistakes import at
from kplan.diagnostics import Diagnostic, Severity
from kplan.errors import UsageError
from kplan.lint.known import known_codes
from kplan.lint.ownrule import OwnRule
from kplan.naming import nearest

if TYPE_CHECKING:
    from kplan.config.reading import Configuration


def own_rules(configuration: "Configuration", wrong: list[Diagnostic]) -> tuple[OwnRule, ...]:
    """The rules; what is wrong in them is added with its place."""
    given = configuration.get("lint.rules") or ()
    taken = Counter(dict.fromkeys(known_codes(), 1))
    found = []
    for number, one in enumerate(given):
        where = _Where(configuration, f"lint.rules[{number}]", wrong)
        taken[one["code"]] += 1
        if taken[one["code"]] > 1:
            where.add("code", f"the code '{one['code']}' is taken", "choose letters of your own: ORG001")
        found.append(_rule(one, where))
    return tuple(found)


class _Where:
    """A rule's place in the configuration."""

    def __init__(self, configuration: "Configuration", key: str, wrong: list[Diagnostic]) -> None:
        self._places = configuration.places
        self._key = key
        self._wrong = wrong

    def place(self, field: str) -> str:
        """The file and line of one of its fields."""
        return self._places.get(f"{self._key}.{field}") or self._places.get(self._key, "")

    def add(self, field: str, message: str, hint: str) -> None:
        """Note what is wrong in one of its fields."""
        self._wrong.append(at(self.place(field), f"{self._key}.{field}: {message}", hint))


def _rule(one: Mapping[str, Any], where: _Where) -> OwnRule:
    from kplan.apiserver.cel.types import BOOL, STRING  # noqa: PLC0415 - few configurations have rules
    from kplan.ownrules import program  # noqa: PLC0415 - likewise

    for field, result in (("expr", BOOL), ("message-expression", STRING)):
        if one.get(field):
            try:
                program(one[field], result)
            except UsageError as error:
                where.add(field, error.message, error.hint)
    kinds = tuple(one.get("kinds") or ())
    _check_kinds(kinds, where)
    return OwnRule(
        one["code"], one["expr"], one.get("name", ""), kinds, one.get("message", ""),
        one.get("message-expression", ""), Severity(one.get("severity", Severity.WARNING)), one.get("path", ""),
        one.get("why", ""), one.get("help", ""), where.place("code"),
    )  # fmt: skip


def _check_kinds(kinds: tuple[str, ...], where: _Where) -> None:
    """Note kinds without a group that the core group does not have."""
    from kplan.schema.catalog import Catalog  # noqa: PLC0415 - likewise

    plain = [kind for kind in kinds if "." not in kind]
    if not plain:
        return
    known = {one.gvk.group_kind for one in Catalog.for_version().discovery}
    for kind in plain:
        if kind not in known:
            near = next((one for one in sorted(known) if one.partition(".")[0] == kind), "") or nearest(
                kind, known
            )
            hint = f"did you mean '{near}'?" if near else "write Kind.group, as Deployment.apps"
            where.add("kinds", f"there is no kind '{kind}' in the core group", hint)
