"""Which objects that nobody names any more live on under new names, or in other namespaces:
each in one new object, and each new one of one.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.applied import Applied
from kplan.plan.change import Identity
from kplan.plan.likeness import Likeness, generated_alike, likenesses

_ENOUGH: Final = 0.8
"""The share of common values from which two objects count as one under two names."""
_MOST: Final = 20
"""How many are compared with an object that looks like more of them."""
_Pair = tuple[float, ObjectKey, ObjectKey]


def renames(old: Sequence[Json], new: Sequence[Json]) -> Mapping[ObjectKey, ObjectKey]:
    """The new names of old objects, as far as they look renamed.

    A hash at the end of both names says it for certain, then nearly the same content does, the likest first, within a
    namespace before the same name in another one. Objects without content, such as service accounts, are renamed along
    with others of the same names.
    """
    gone, made = likenesses(old, new)
    found: dict[ObjectKey, ObjectKey] = {}
    taken: set[ObjectKey] = set()
    for pairs in (_by_hash, _by_content):
        _choose(pairs(_places(gone, made)), found, taken)
    _choose(_by_name(gone, made), found, taken)
    _choose(_by_company(_places(gone, made), found), found, taken)
    return found


def new_names(old: Sequence[Json], written: Iterable[Applied]) -> Mapping[ObjectKey, Identity]:
    """The new names of old objects among what was created, as far as they look renamed."""
    created = {one.key: one for one in written if one.before is None and one.after is not None}
    found = renames(old, [one.after for one in created.values() if one.after is not None]) if old else {}
    return {key: created[new].object for key, new in found.items()}


_Place = tuple[list[Likeness], list[Likeness]]


def _places(gone: Iterable[Likeness], made: Iterable[Likeness]) -> Iterator[_Place]:
    """The old and the new objects of a kind in a namespace."""
    places: defaultdict[ObjectKey, _Place] = defaultdict(lambda: ([], []))
    for side, objects in enumerate((gone, made)):
        for one in objects:
            places[one.key._replace(name="")][side].append(one)
    return (place for place in places.values() if all(place))


def _by_hash(places: Iterable[_Place]) -> Iterator[_Pair]:
    for gone, made in places:
        for one in gone:
            yield from ((1.0, one.key, other.key) for other in made if generated_alike(one.key, other.key))


def _by_content(places: Iterable[_Place]) -> Iterator[_Pair]:
    for gone, made in places:
        holders = _holders(made)
        for one in gone:
            for other in _nearest(one, _candidates(one, holders)):
                if (share := one.share(other)) >= _ENOUGH:
                    yield share, one.key, other.key


def _by_name(gone: Iterable[Likeness], made: Iterable[Likeness]) -> Iterator[_Pair]:
    """Objects of nearly the same content that have the same name in two namespaces."""
    named: defaultdict[ObjectKey, list[Likeness]] = defaultdict(list)
    for one in made:
        named[one.key._replace(namespace="")].append(one)
    for one in gone:
        for other in named.get(one.key._replace(namespace=""), ()):
            if other.key != one.key and (share := one.share(other)) >= _ENOUGH:
                yield share, one.key, other.key


_Holders = Mapping[Hashable, Mapping[ObjectKey, Likeness]]


def _holders(objects: Iterable[Likeness]) -> _Holders:
    """The objects that have a value, by value; also with the object's own name in it marked."""
    found: defaultdict[Hashable, dict[ObjectKey, Likeness]] = defaultdict(dict)
    for one in objects:
        for value in {*one.leaves, *one.marked()}:
            found[value][one.key] = one
    return found


def _candidates(one: Likeness, holders: _Holders) -> Collection[Likeness]:
    """Who may have enough in common: of an object's values a fifth may be missing,
    so one of any more than that is in the other.
    """
    values = list(one.leaves.elements())
    held = [(holders.get(value, {}), holders.get(next(iter(one.marked([value]))), {})) for value in values]
    rarest = sorted(held, key=lambda both: sum(map(len, both)))[: len(held) - int(len(held) * _ENOUGH) + 1]
    return {key: other for both in rarest for others in both for key, other in others.items()}.values()


def _nearest(one: Likeness, others: Collection[Likeness]) -> Iterable[Likeness]:
    """All of a few; of many those whose names begin or end most like its own."""
    if len(others) <= _MOST:
        return others
    found: dict[ObjectKey, Likeness] = {}
    for written in (str, _backwards):
        ordered = sorted((written(other.key.name), other.key, other) for other in others)
        place = bisect_left(ordered, (written(one.key.name),))
        found |= {key: other for _, key, other in ordered[max(place - _MOST // 2, 0) : place + _MOST // 2]}
    return found.values()


def _backwards(name: str) -> str:
    return name[::-1]


def _by_company(places: Iterable[_Place], found: Mapping[ObjectKey, ObjectKey]) -> Iterator[_Pair]:
    names = {(old.namespace, old.name, new.name) for old, new in found.items()}
    for gone, made in places:
        bare = [other for other in made if not other.leaves]
        for one, other in product((one for one in gone if not one.leaves), bare):
            if (one.key.namespace, one.key.name, other.key.name) in names:
                yield 1.0, one.key, other.key


def _choose(pairs: Iterable[_Pair], found: dict[ObjectKey, ObjectKey], taken: set[ObjectKey]) -> None:
    """Take the likest pairs first, of equally like ones those whose names are."""
    for _, old, new in sorted(pairs, key=lambda pair: (-pair[0], -_names_alike(*pair[1:]), pair[1:])):
        if old not in found and new not in taken:
            found[old] = new
            taken.add(new)


def _names_alike(old: ObjectKey, new: ObjectKey) -> float:
    """How much of both names is the same at their beginnings and ends."""
    one, other = old.name, new.name
    start = _same(one, other)
    return (start + _same(one[start:][::-1], other[start:][::-1])) / max(len(one), len(other), 1)


def _same(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next(
        (number for number, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other))
    )
