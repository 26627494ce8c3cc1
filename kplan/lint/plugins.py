"""Rules of other packages: entry points of the group ``kplan.rules``, each a rule, a module
with a ``RULE``, or several.

A package is asked only where the configuration names it: what is installed beside kplan changes nothing by itself.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any, Final, Protocol, runtime_checkable

from kplan.diagnostics import Severity
from kplan.errors import UsageError
from kplan.lint.known import known_codes
from kplan.lint.rule import Finding, Rule, Subject
from kplan.naming import nearest

GROUP: Final = "kplan.rules"
_CODE: Final = re.compile(r"[A-Z]{2,5}[0-9]{3}")


@runtime_checkable
class LintRule(Protocol):
    """What a rule has to have; ``kplan.lint.rule.Rule`` has it and more."""

    @property
    def code(self) -> str:
        """Capital letters and three digits: ``ACME001``."""

    @property
    def name(self) -> str:
        """What it is called, in kebab-case."""

    @property
    def severity(self) -> Severity:
        """How much its findings matter."""

    @property
    def kinds(self) -> Iterable[str]:
        """Group kinds it looks at, as ``Deployment.apps``; none means all."""

    @property
    def check(self) -> Callable[[Subject], Iterable[Finding]]:
        """Gives the findings in one object, which knows all the others."""


def rules_of(names: Sequence[str]) -> tuple[Rule, ...]:
    """The rules of the entry points that are named. Raises UsageError."""
    return tuple(rule for name in names for rule in _loaded(name))


def _loaded(name: str) -> Iterator[Rule]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - it takes 20 ms of every start

    found = {one.name: one for one in entry_points(group=GROUP)}
    if name not in found:
        near = nearest(name, found)
        hint = f"did you mean '{near}'?" if near else f"there is {', '.join(sorted(found)) or 'none'}"
        raise UsageError(f"no installed package has rules '{name}'", hint=hint)
    try:
        value = found[name].load()
    except Exception as error:
        raise UsageError(f"the rules '{name}' cannot be loaded: {type(error).__name__}: {error}") from error
    source = f"{package.name} {package.version}" if (package := found[name].dist) else name
    yield from (_adapted(one, name)._replace(source=source) for one in _each(value))


def _each(value: Any) -> Iterable[Any]:
    """The rules that an entry point leads to."""
    if isinstance(value, LintRule):
        return [value]
    if isinstance(value, ModuleType):
        return [_documented(value)]
    return value if isinstance(value, (list, tuple)) else [value]


def _documented(module: ModuleType) -> Any:
    rule = getattr(module, "RULE", None)
    return rule._replace(doc=rule.doc or module.__doc__ or "") if isinstance(rule, Rule) else rule


def _adapted(one: Any, plugin: str) -> Rule:
    """A rule as kplan runs it. Raises UsageError if it is not a rule."""
    if not isinstance(one, LintRule):
        what = type(one).__name__
        raise UsageError(
            f"the rules '{plugin}' hold a {what}, which is no rule", hint="see docs/own-rules.md"
        )
    if not _CODE.fullmatch(one.code) or one.code in known_codes():
        raise UsageError(f"the rules '{plugin}' have the code '{one.code}', which is malformed or taken")
    doc = getattr(one, "doc", "") or type(one).__doc__ or ""
    made = one if isinstance(one, Rule) else Rule(
        one.code, one.name, Severity(one.severity), frozenset(one.kinds), one.check, (), (), doc=doc
    )  # fmt: skip
    return made._replace(check=_guarded(made, plugin))


def _guarded(rule: Rule, plugin: str) -> Callable[[Subject], Iterable[Finding]]:
    """The check, whose failure names the package."""

    def check(subject: Subject) -> list[Finding]:
        try:
            return list(rule.check(subject))
        except Exception as error:
            about = f"{subject.kind}/{subject.name}"
            raise UsageError(
                f"the rule {rule.code} of '{plugin}' failed for {about}: {type(error).__name__}: {error}"
            ) from error

    return check
