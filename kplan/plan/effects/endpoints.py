"""How many ready addresses Services lose and gain, by port where their ports differ."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.change import Identity
from kplan.plan.effect import EndpointEffect
from kplan.plan.effects.share import Share
from kplan.plan.served_ports import Served, SlicesOf, port_title, renamed_ports, service_of
from kplan.simulation.timeline import EntryType, TimelineEvent
from kplan.state.store import Store

_Slices = dict[ObjectKey, Json]


def endpoint_effects(share: Share) -> Iterator[EndpointEffect]:
    """The Services whose number of ready addresses changes, in the end or on the way."""
    for key, entries in _entries(share).items():
        service = share.after(key) or share.before(key)
        if service is None:
            continue
        before, after = _slices(share.outcome.prior, key), _slices(share.outcome.final, key)
        states = [before, *_between(before, entries), after]
        served = Served(service, renamed_ports(share.before(key), service))
        counts: list[Mapping[str, int]] = [served.by_port(one.values()) for one in states]
        yield from _effects(service, counts, is_new=share.before(key) is None)


def _effects(service: Json, counts: list[Mapping[str, int]], *, is_new: bool) -> Iterator[EndpointEffect]:
    """One effect if all ports have the same numbers, else one for each port that has changed."""
    numbers = {name: _numbers([count[name] for count in counts]) for name in counts[0]}
    alike = len(set(numbers.values())) == 1
    for name, (before, lowest, after) in numbers.items():
        if is_new or (lowest, after) != (before, before):
            port = "" if alike else port_title(service, name)
            yield EndpointEffect(Identity.of(service), before, lowest, after, port)
        if alike:
            return


def _numbers(counts: list[int]) -> tuple[int, int, int]:
    """Before, the lowest, after."""
    return counts[0], min(counts) if counts[0] else 0, counts[-1]


def _entries(share: Share) -> Mapping[ObjectKey, list[TimelineEvent]]:
    """What happened to the slices of each Service."""
    found: defaultdict[ObjectKey, list[TimelineEvent]] = defaultdict(list)
    for entry in share.events:
        if entry.object.kind == "EndpointSlice" and entry.value:
            found[service_of(entry.value)].append(entry)
    return found


def _slices(store: Store, service: ObjectKey) -> _Slices:
    return {store.key_of(value): value for value in _slices_of(store, store.revision).service(service)}


@lru_cache(maxsize=64)
def _slices_of(store: Store, _revision: int) -> SlicesOf:
    """What is known about the slices of a store, kept because every changed Service asks again."""
    return SlicesOf(store)


def _between(slices: _Slices, entries: list[TimelineEvent]) -> Iterator[_Slices]:
    """A Service's slices after each instant in which some changed;
    intermediate states within an instant are not seen.
    """
    current = dict(slices)
    for place, entry in enumerate(entries):
        if entry.entry_type is EntryType.DELETED or entry.value is None:
            current.pop(entry.object, None)
        else:
            current[entry.object] = entry.value
        if place + 1 == len(entries) or entries[place + 1].when != entry.when:
            yield dict(current)
