"""What the API server's decoding and validation refuse and warn of, wherever the objects are applied."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kplan.api.object import Json, Object
from kplan.apiserver.server import Server
from kplan.diagnostics import Diagnostic
from kplan.kubectl.assumed import ANY_ADDRESS, ASSUMED
from kplan.kubectl.reading import Options
from kplan.kubectl.verdicts import check, deciding, shares, weight
from kplan.lint.definitions import Kind, definitions, is_definition, nearest_definitions
from kplan.lint.encrypted import is_encrypted
from kplan.lint.selection import LintOptions
from kplan.namedtuples import NamedTuple
from kplan.pipeline.loaded import Loaded
from kplan.processes import Share
from kplan.schema.catalog import Catalog
from kplan.state.store import Store

if TYPE_CHECKING:
    from kplan.pipeline.knowing import Knowledge


def refusals(
    loaded: Loaded,
    around: Loaded,
    options: LintOptions,
    kubernetes: str,
    known: Sequence[Json],
    *,
    cluster: Sequence[Json] = (),
) -> list[Diagnostic]:
    """The server's refusals and warnings, given the ``known`` definitions and the objects ``around``."""
    checks = checks_of(loaded, around, options, kubernetes, known, cluster=cluster)
    return checks.said(checks.share.done_here())


def checks_of(
    loaded: Loaded,
    around: Loaded,
    options: LintOptions,
    kubernetes: str,
    known: Sequence[Json],
    *,
    cluster: Sequence[Json] = (),
    knowledge: "Knowledge | None" = None,
) -> "Checks":
    """The server's checks of objects, with the ``known`` definitions and those ``around`` them.

    Of objects that it was asked about before, ``knowledge`` has the answers. Of admission, which depends on a
    cluster, only what every cluster fills in is done; Services get the addresses they want, unless a
    ``cluster`` says which it has.
    """
    near = [one.value for one in around.objects if is_definition(one)]
    ranges = [one for one in cluster if one["kind"] == "ServiceCIDR"]
    if len(ranges) != 1:
        ranges = [ANY_ADDRESS]  # of several, every one may give the address
    servers = _Servers(Catalog.for_version(kubernetes), ranges, near)
    several = {kind: each for kind, each in definitions(loaded.objects).items() if len(each) > 1}
    return Checks(
        loaded.objects, several, servers, known, Options(options.namespace), _answers(knowledge, kubernetes, near, ranges)
    )  # fmt: skip


def _answers(
    knowledge: "Knowledge | None", kubernetes: str, near: Sequence[Json], ranges: Sequence[Json]
) -> "_Answers":
    if knowledge is None:
        return _Answers()
    from kplan.pipeline.knowing import context

    return _Answers(knowledge, f"{kubernetes} {context(near, ranges)}")


class _Servers:
    """Makes servers, each with some definitions; what an object means that several define, one for each is asked."""

    def __init__(self, catalog: Catalog, ranges: Sequence[Json], near: Sequence[Json]) -> None:
        self._catalog = catalog
        self._ranges = ranges
        self._near = near
        self._made: dict[int, Server] = {}

    def of(self, known: Sequence[Json]) -> Server:
        made = Server(Store([*known, *self._ranges]), catalog=self._catalog, plugins=ASSUMED)
        made.load(self._near)
        return made

    def defining(self, definition: Object) -> Server:
        """The one with a definition, which is made when it is first asked."""
        found = self._made.get(id(definition))
        if found is None:
            found = self._made[id(definition)] = self.of([definition.value])
        return found


class _Answers(NamedTuple):
    """What is known of earlier answers, as far as somebody keeps them."""

    knowledge: "Knowledge | None" = None
    about: str = ""
    """What they depend on besides the objects that were asked about."""

    def known(self, decisive: Sequence[Object]) -> Sequence[Diagnostic] | None:
        """What was said about the first of these objects, given the others that decide it;
        None if that is not known.
        """
        return self.knowledge.said_of(decisive, self.about) if self.knowledge else None

    def learn(self, decisive: Sequence[Object], said: Sequence[Diagnostic]) -> None:
        """Remember what was said about the first of these objects."""
        if self.knowledge:
            self.knowledge.learn_said(decisive, self.about, said)


class Checks:
    """The server's checks of objects, which several processes may share.

    Objects stand in the order in which they are reported: definitions, what is clearly defined, and the rest.
    """

    def __init__(
        self,
        objects: Sequence[Object],
        several: Mapping[Kind, Sequence[Object]],
        servers: _Servers,
        known: Sequence[Json],
        reading: Options,
        answers: "_Answers",
    ) -> None:
        clear = [one for one in objects if (one.gvk.group, one.gvk.kind) not in several]
        clear.sort(key=lambda one: not is_definition(one))
        self._objects = [*clear, *(one for one in objects if (one.gvk.group, one.gvk.kind) in several)]
        self._clear = len(clear)
        self._several = several
        self._servers = servers
        self._known = known
        self._server = servers.of(known)
        self._reading = reading
        self._deciding: dict[int, Sequence[int]] = {}
        """By the place of an object that is clearly defined, the definitions that decide what is said of it."""

        self._answers = answers
        self._known_answers: dict[int, Sequence[Diagnostic]] = {}
        self._parts = self._without_known()
        self._first = self._in_order()

    @property
    def share(self) -> Share:
        """The work; what needs the same definitions is checked by one process, which alone reads and remembers them."""
        return Share(
            lambda some: [self._said(self._parts[at]) for at in some],
            list(map(self._weight, self._parts)),
            alone=self._first,
        )

    def said(self, done: Iterable[Sequence[Sequence[Diagnostic]]]) -> list[Diagnostic]:
        """All that the server says, of the work that is ``done`` and of what was known before."""
        said = dict(self._known_answers)
        for part, each in zip(self._parts, done, strict=True):
            said.update(zip(part, each, strict=True))
            for place in part:
                self._answers.learn(self._decisive(place), said[place])
        return [one for place in range(len(self._objects)) for one in said[place]]

    def _in_order(self) -> int:
        """Put the parts in the order in which they are checked,
        and give the number of those that one process begins with.
        """
        self._parts.sort(key=self._weight, reverse=True)  # so that all processes end at about the same time
        least = {self._objects[part[0]].gvk: part[0] for part in self._parts if self._is_clear(part)}
        first = set(least.values())  # so what a kind needs is read once for all processes
        self._parts.sort(key=lambda part: part[0] not in first)
        return len(first)

    def _without_known(self) -> list[list[int]]:
        """The parts that have to be checked; the answers of the others are kept."""
        parts = shares(self._objects[: self._clear])
        for part in parts:
            if len(part) > 1:
                self._deciding.update(deciding(self._objects, part))
        left = map(self._unknown, (*parts, *self._kinds()))
        return [part for part in left if part]

    def _unknown(self, part: Sequence[int]) -> list[int]:
        """What of a part has to be checked, with the definitions that decide it."""
        unknown = set[int]()
        for place in part:
            known = self._answers.known(self._decisive(place))
            if known is None:
                unknown.update((place, *self._deciding.get(place, ())))
            else:
                self._known_answers[place] = known
        return sorted(unknown)

    def _decisive(self, place: int) -> list[Object]:
        """An object, and everything that decides what the server says about it."""
        one = self._objects[place]
        if place < self._clear:
            return [one, *self._of(self._deciding.get(place, ()))]
        return [one, *self._several[one.gvk.group, one.gvk.kind]]

    def _is_clear(self, part: Sequence[int]) -> bool:
        """Whether one definition at most defines what is checked."""
        return part[0] < self._clear

    def _of(self, part: Sequence[int]) -> list[Object]:
        return [self._objects[place] for place in part]

    def _kinds(self) -> Sequence[list[int]]:
        """The places of objects that several definitions define, by kind."""
        found: dict[Kind, list[int]] = {}
        for place in range(self._clear, len(self._objects)):
            gvk = self._objects[place].gvk
            found.setdefault((gvk.group, gvk.kind), []).append(place)
        return list(found.values())

    def _weight(self, part: Sequence[int]) -> int:
        custom = len(part) > 1 or part[0] >= self._clear
        return sum(weight(self._objects[place], custom=custom) for place in part)

    def _said(self, part: Sequence[int]) -> list[list[Diagnostic]]:
        objects = self._of(part)
        if len(objects) == 1 and is_encrypted(objects[0].value):
            return [[]]  # what the server would see is not known
        if not self._is_clear(part):
            return list(map(self._unclear, objects))
        # A server that remembers definitions is nobody else's: what it says would depend on what it was asked before.
        server = self._servers.of(self._known) if is_definition(objects[0]) else self._server
        return check(objects, server, self._reading)

    def _unclear(self, one: Object) -> list[Diagnostic]:
        """The least that is said under one of the definitions that stand nearest."""
        answers: list[list[Diagnostic]] = []
        for each in nearest_definitions(one, self._several[one.gvk.group, one.gvk.kind]):
            answers += check([one], self._servers.defining(each), self._reading)
            if not answers[-1]:
                return []
        return min(answers, key=len, default=[])
