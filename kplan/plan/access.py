"""What two states differ in as to who may connect to whom: by workload, in either direction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.metadata import namespace_of
from kplan.api.object import Json
from kplan.network.policies import namespace_labels, selects, types_of
from kplan.network.reach import EGRESS, INGRESS, Key, Port, Reach, Rules, are_same
from kplan.plan.access_text import NOTHING, Group, Loss, Verdict, loss_of
from kplan.plan.effect import Isolation
from kplan.plan.members import DNS, Member, everybody
from kplan.state.store import Store

_DNS_PORT: Final = 53


class Access:
    """The comparison of two states."""

    def __init__(self, prior: Store, final: Store) -> None:
        self._stores = (prior, final)
        earlier = Reach(prior)
        self._reach = (earlier, Reach(final, earlier))
        self._members = everybody(self._stores, self._reach)
        groups: defaultdict[tuple[Key, Key, tuple[Port, ...]], list[Member]] = defaultdict(list)
        for member in self._members:
            groups[member.before.key, member.after.key, member.ports].append(member)
        self._groups = tuple(map(Group.of, groups.values()))
        self._relabelled = {id(one.member) for one in self._groups if self._sees_another(one.member)}
        self._by_workload = {one.workload: one for one in self._members if one.workload}

    @property
    def size(self) -> int:
        """How many groups of members are judged."""
        return len(self._groups)

    def losses(self) -> Iterator[Loss]:
        """Everything lost and gained, workload by workload."""
        for direction in (INGRESS, EGRESS):
            for group in self._groups:
                if group.member.workload is not None:
                    yield from self._of_group(group, direction)

    def is_about(self, policy: Json, loss: Loss) -> bool:
        """Whether a policy, old or new, restricts the workload in the direction of the loss."""
        if namespace_of(policy) != loss.workload.namespace or loss.direction not in types_of(policy):
            return False
        member = self._by_workload[loss.workload]
        return any(selects(policy, party.end) for party in (member.before, member.after))

    def _of_group(self, group: Group, direction: str) -> Iterator[Loss]:
        rules = self._own_rules(group.member, direction)
        same = are_same(*rules)
        if (rules[0] is None and same) or (same and not self._relabelled):
            return
        asked = [one for one in self._groups if direction == EGRESS or one.member.title != DNS]
        verdicts = [
            (other, NOTHING)
            if same and id(other.member) not in self._relabelled
            else (other, self._verdict(group.member, other.member, direction, rules))
            for other in asked
        ]
        for gained in (False, True):
            if not any(verdict[gained] for _, verdict in verdicts):
                continue
            isolation = None if gained else self._isolation(group, direction, rules[1], verdicts)
            for member in group.members:
                for loss in loss_of(member, group, direction, gained, verdicts):
                    yield loss._replace(isolation=isolation)

    def _isolation(
        self, group: Group, direction: str, rules: Rules, verdicts: Sequence[tuple[Group, Verdict]]
    ) -> Isolation | None:
        """What those who lose something lose altogether."""
        if direction == INGRESS:
            others = (other for other, _ in verdicts if other is not group or group.has_several_pods)
            shut = not any(self._is_let_in(other.member, group.member, rules) for other in others)
            return Isolation.INCOMING if shut else None
        if group.holds_dns:
            return None
        lost = (port for other, verdict in verdicts if other.holds_dns for port in verdict[0])
        return Isolation.DNS if any(number == _DNS_PORT for number, _ in lost) else None

    def _is_let_in(self, source: Member, destination: Member, rules: Rules) -> bool:
        """Whether a connection to any port is possible in the end, by the rules of its destination."""
        return any(
            self._reach[1].lets(rules, source.after, destination.after, port)
            and self._other_side(1, source, destination, port, INGRESS)
            for port in destination.ports
        )

    def _sees_another(self, member: Member) -> bool:
        """Whether selectors may see something else in a member than before: its labels, or those of its namespace."""
        before, after = (
            namespace_labels(store, member.after.end.namespace) if member.after.end.pod else {}
            for store in self._stores
        )
        return member.before.key != member.after.key or before != after

    def _own_rules(self, member: Member, direction: str) -> tuple[Rules, Rules]:
        before, after = self._reach
        return before.rules(member.before, direction), after.rules(member.after, direction)

    def _verdict(self, own: Member, other: Member, direction: str, rules: tuple[Rules, Rules]) -> Verdict:
        """The ports that the own rules close or open, if the other side lets the connection through."""
        lost, gained = [], []
        source, destination = (other, own) if direction == INGRESS else (own, other)
        before, after = self._reach
        for port in destination.ports:
            was = before.lets(rules[0], other.before, destination.before, port)
            now = after.lets(rules[1], other.after, destination.after, port)
            if was and not now and self._other_side(0, source, destination, port, direction):
                lost.append(port)
            elif now and not was and self._other_side(1, source, destination, port, direction):
                gained.append(port)
        return tuple(lost), tuple(gained)

    def _other_side(self, when: int, source: Member, destination: Member, port: Port, direction: str) -> bool:
        """Whether the rules of the other side let a connection through, before (0) or after (1)."""
        start, end = ((one.before, one.after)[when] for one in (source, destination))
        if direction == INGRESS:
            return self._reach[when].may_leave(start, end, port)
        return self._reach[when].may_enter(start, end, port)
