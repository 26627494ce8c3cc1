"""What a workload loses or gains of its connections, in words: with whom, and on which ports."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Final, Self

from kplan.namedtuples import NamedTuple
from kplan.network.reach import EGRESS, INGRESS, Port
from kplan.plan.change import Identity
from kplan.plan.effect import Isolation
from kplan.plan.members import DNS, OUTSIDE, Member

_SHOWN: Final = 4
"""How many others are named."""

Verdict = tuple[tuple[Port, ...], tuple[Port, ...]]
"""The ports that are lost, and those that are gained."""
NOTHING: Final[Verdict] = ((), ())


class Loss(NamedTuple):
    """What one workload loses or gains in one direction."""

    workload: Identity
    direction: str
    name: str
    message: str
    isolation: Isolation | None = None
    """Which kind of connections is lost entirely."""


class Group(NamedTuple):
    """Members that are judged alike."""

    member: Member
    members: tuple[Member, ...]
    titles: tuple[tuple[bool, str], ...]
    """The members in order: those that are not workloads first."""

    @classmethod
    def of(cls, members: Sequence[Member]) -> Self:
        """Judge the first one for all of them."""
        titles = sorted((one.title not in (OUTSIDE, DNS), one.title) for one in members)
        return cls(members[0], tuple(members), tuple(titles))

    @property
    def holds_dns(self) -> bool:
        """Whether the cluster's DNS is a member."""
        return self.titles[0][1] == DNS

    @property
    def has_several_pods(self) -> bool:
        """Whether a pod of it may connect to another one of it."""
        return len(self.members) > 1 or self.member.pods > 1


_WORDS: Final = {
    (INGRESS, False): ("can no longer be reached by", "no-longer-reached"),
    (INGRESS, True): ("can now be reached by", "newly-reached"),
    (EGRESS, False): ("can no longer connect to", "no-longer-connects"),
    (EGRESS, True): ("can now connect to", "newly-connects"),
}


def loss_of(
    member: Member, own: Group, direction: str, gained: bool, verdicts: Sequence[tuple[Group, Verdict]]
) -> Iterator[Loss]:
    """What one member loses, or gains: the others, by what of their ports is meant."""
    assert member.workload is not None
    by_text: defaultdict[str, list[Group]] = defaultdict(list)
    spared = False
    for group, verdict in verdicts:
        if verdict[gained]:
            offered = member.ports if direction == INGRESS else group.member.ports
            by_text[_on(verdict[gained], offered, direction)].append(group)
        else:
            spared |= group is not own or len(own.members) > 1 or member.pods > 1
    everybody = len(by_text) == 1 and not spared
    named = [
        (_names(member, own, groups, everybody), text)
        for text, groups in sorted(by_text.items(), key=itemgetter(0))
    ]
    parts = [names + text for names, text in named if names]
    if parts:
        verb, name = _WORDS[direction, gained]
        yield Loss(member.workload, direction, name, f"{verb} {'; '.join(parts)}")


def _names(member: Member, own: Group, groups: Sequence[Group], everybody: bool) -> str:
    """The others in words: the nearest first, many of them as a number."""
    own_namespace = member.workload.namespace if member.workload else ""
    alone = any(group is own for group in groups) and member.pods < 2
    count = sum(len(group.members) for group in groups) - alone
    if not count:
        return ""
    merged = islice(merge(*(group.titles for group in groups)), _SHOWN + 2)
    titles = [title for _, title in merged if not alone or title != member.title]
    titles = ["its other pods" if title == member.title else title for title in titles]
    shown = titles[:count] if count <= _SHOWN + 1 else [*titles[:_SHOWN], f"{count - _SHOWN} more"]
    # Those without a namespace are of the same one.
    shown = [title.removesuffix(f" -n {own_namespace}") for title in shown]
    text = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"anybody ({text})" if everybody and count > 1 else text


def _on(ports: Sequence[Port], offered: Sequence[Port], direction: str) -> str:
    """The ports in words; empty if all ports are affected."""
    whole = tuple(ports) == tuple(offered)
    if whole and (direction == EGRESS or offered == ((0, "TCP"),)):
        return ""
    shown = [f"{number}/{protocol}" for number, protocol in ports if number]
    shown += ["all others" for number, _ in ports if not number]
    return f" on port{'' if len(shown) == 1 else 's'} {', '.join(shown)}"
