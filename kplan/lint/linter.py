"""Runs rules over objects, of which several processes may each take a part;
`reporting` gives every finding its place.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from types import MappingProxyType
from typing import Final

from kplan.api.object import Object
from kplan.api.workloads import group_kind
from kplan.diagnostics import Diagnostic
from kplan.lint.codes import CODES
from kplan.lint.earlier import Earlier, mark
from kplan.lint.known import codes_of
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.rules import entries
from kplan.lint.selection import ALL, LintOptions
from kplan.lint.world import World
from kplan.processes import Share
from kplan.schema.catalog import Catalog

_DEFAULT = LintOptions()
_NOTHING: Mapping[int, Earlier] = MappingProxyType({})
_WEIGHT: Final = 600
"""How much work an object is, where reading a byte is about 1:
rules look at the same few fields of large ones and small ones.
"""


class Linting:
    """A run of the rules over objects, each seeing all the others, whose work processes may share.

    Objects ``around`` them and in the ``cluster`` are seen too; nothing is said of those. ``more`` rules run beside
    kplan's own. Suppressions are settled later. ``earlier`` holds, by their places, what rules found in objects that
    have not changed since; what they find in the others goes to ``learned``. ``progress`` is told how many of how many
    objects have been checked.
    """

    def __init__(
        self,
        objects: Iterable[Object],
        catalog: Catalog,
        options: LintOptions = _DEFAULT,
        rules: Sequence[Rule] | None = None,
        *,
        around: Iterable[Object] = (),
        cluster: Iterable[Object] = (),
        more: Sequence[Rule] = (),
        progress: Callable[[int, int], None] | None = None,
        earlier: Mapping[int, Earlier] = _NOTHING,
        learned: dict[int, Earlier] | None = None,
    ) -> None:
        if rules is not None and not (options.preset or options.select):
            options = options._replace(select=(ALL,))
        given = list(objects)
        self._number = len(given)
        self._options = options
        self._rules = rules
        self._more = more
        self._own = frozenset(one.code for one in more)
        self._world = _world(given, around, list(cluster), catalog, options)
        self._lasts = not self._world.catalog.is_redefined
        self._known = earlier if self._lasts else _NOTHING
        self._learned = learned
        self._progress = progress
        self._rules_of = cache(self._rules_about)
        self._idle = cache(self._without_what_they_need)

    @property
    def share(self) -> Share:
        """The work: what the rules find in each object."""
        weights = [0 if number in self._known else _WEIGHT for number in range(self._number)]
        return Share(lambda part: list(map(self._of, part)), weights, self._prepare)

    def findings(self, done: Iterable[Earlier]) -> Iterator[Diagnostic]:
        """All that was found, object by object, of the work that is ``done``."""
        for number, found in enumerate(done):
            if self._learned is not None and self._lasts and _is_new(found, self._known.get(number)):
                self._learned[number] = found
            yield from found.found

    def _prepare(self) -> None:
        self._world.prepare()
        for subject in self._world.subjects[: self._number]:
            self._rules_of(subject.kinds, subject.like)

    def _rules_about(self, kinds: tuple[str, ...], like: str) -> tuple[Rule, ...]:
        """Kplan's own are also about what is used in place of a kind; a team's are about the kinds they name."""
        options = self._options
        return (
            *_rules_for((*kinds, like), options, self._rules, self._idle(kinds, like)),
            *_rules_for(kinds, options, self._more),
        )

    def _without_what_they_need(self, kinds: tuple[str, ...], like: str) -> frozenset[str]:
        """The codes of kplan's own rules about a kind that can find nothing,
        as the run holds nothing else that they need.
        """
        if self._rules is not None:
            return frozenset()
        about = (*kinds, like)
        needing = (one for one in entries() if one.needs and any(map(one.covers, about)))
        return frozenset(
            one.code
            for one in needing
            if not any(self._held[kind] > (kind in about) for kind in one.needs.split())
        )

    @cached_property
    def _held(self) -> Counter[str]:
        """How many objects of each kind the run holds; those used in place of a kind are also of that."""
        world = self._world
        held = Counter({kind: len(some) for kind, some in world.by_kind.items()})
        for kind in held.keys() & world.workloads.keys():
            held[world.workloads[kind].like] += held[kind]
        return held

    def _of(self, number: int) -> Earlier:
        subject = self._world.subjects[number]
        if self._progress is not None:
            self._progress(number, self._number)
        return _found(
            subject, self._rules_of(subject.kinds, subject.like), self._options, self._known.get(number), self._own,
            self._idle(subject.kinds, subject.like), learns=self._learned is not None,
        )  # fmt: skip


def _world(
    given: Sequence[Object], around: Iterable[Object], held: Sequence[Object], catalog: Catalog, options: LintOptions
) -> World:  # fmt: skip
    """All objects that rules may look at; kinds of which a cluster ``held`` some are known in full."""
    captured = frozenset(group_kind(one.value) for one in held)
    return World(
        (*given, *around, *held), catalog, options.namespace, workloads=options.workloads, captured=captured,
        shows_unknown=options.show_unknown, settings=options.settings,
    )  # fmt: skip


def _found(
    subject: Subject, rules: Sequence[Rule], options: LintOptions, known: Earlier | None, own: Collection[str],
    idle: Collection[str], *, learns: bool,
) -> Earlier:  # fmt: skip
    """What rules find in an object, and which of them looked at other objects; those that need not run again do not.

    Those that are ``idle`` now may find something in a later run, and where findings became what they are is noted for
    a later run, if it ``learns`` of it.
    """
    found, again, placed = list[Diagnostic](), set(idle), dict[str, Diagnostic]()
    before = known.by_rule if known else {}
    marked = known.placed if known else {}
    defined = set(known.defined if known else ())
    if known is not None:
        rules = [one for one in rules if one.code in known.again or one.code in before]
    for rule in rules:
        if known is not None and rule.code not in known.again:
            found += before[rule.code]
            continue
        subject.looked_around = subject.looked_at_definitions = False
        if said := list(rule.check(subject)):  # most rules have nothing to say of most objects
            said = _shown(said, rule, subject, options)
        if subject.looked_around or rule.code in own:
            again.add(rule.code)
        elif subject.looked_at_definitions:
            defined.add(rule.code)
        if not said:
            continue
        if (learns or marked) and rule.code in again and rule.code not in own:
            found += (_placed_again(rule, subject, one, marked, placed) for one in said)
        else:
            found += (_reported(rule, subject, one) for one in said)
    return Earlier(found, frozenset(again), frozenset(defined), placed)


def _is_new(found: Earlier, known: Earlier | None) -> bool:
    """Whether there is something in it for the next run that is not known already."""
    if known is None or found.defined != known.defined:
        return True
    return not found.placed.keys() <= known.placed.keys()


def _shown(said: list[Finding], rule: Rule, subject: Subject, options: LintOptions) -> list[Finding]:
    judged = _doubted()(said, rule.theme, subject)
    return [one for one in judged if not one.unknown or options.show_unknown]


@cache
def _doubted() -> Callable[[list[Finding], str, Subject], list[Finding]]:
    from kplan.lint.injected import doubted  # noqa: PLC0415 - where nothing is found, nothing is doubted

    return doubted


def _reported(rule: Rule, subject: Subject, one: Finding) -> Diagnostic:
    from kplan.lint.reporting import diagnostic  # noqa: PLC0415 - where nothing is found, nothing is reported

    return diagnostic(rule, subject, one)


def _placed_again(
    rule: Rule, subject: Subject, one: Finding, known: Mapping[str, Diagnostic], placed: dict[str, Diagnostic]
) -> Diagnostic:
    """A finding with its place, which is known if the same finding was made in the same text before."""
    if one.related:  # in other files, which may have changed
        return _reported(rule, subject, one)
    said = mark(rule.code, one)
    placed[said] = known.get(said) or _reported(rule, subject, one)
    return placed[said]


def _rules_for(
    kinds: Sequence[str], options: LintOptions, rules: Sequence[Rule] | None, idle: Collection[str] = ()
) -> tuple[Rule, ...]:
    """The rules that run on one of these kinds and are not idle; of all the rules only these are imported."""
    if rules is None:
        about = (one for one in entries() if one.code not in idle and any(one.covers(kind) for kind in kinds))
        return tuple(one.rule for one in about if options.wants(one.code))
    chosen = (rule for rule in rules if options.wants(rule.code))
    return tuple(rule for rule in chosen if not rule.kinds or rule.kinds.intersection(kinds))


def codes_that_run(options: LintOptions = _DEFAULT) -> frozenset[str]:
    """Every code a run with these options may report."""
    return frozenset(code for code in codes_of(CODES) if options.wants(code))


def codes_that_look_around() -> frozenset[str]:
    """The codes of rules whose findings depend on other objects."""
    return frozenset(one.code for one in entries() if one.looks_around)
