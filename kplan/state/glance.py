"""An object that is still text: read once for all who hold it, or only as far as its metadata.

Upstream: none; what is read from etcd there is decoded whole.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

from kplan.api.object import Json
from kplan.state.outline import UNKNOWN, Outlines
from kplan.state.texts import (
    BITS,
    compiled,
    label_bits,
    label_word,
    metadata_in,
    node_in,
    object_in,
    owners_in,
)

if TYPE_CHECKING:
    from typing import Protocol

    class Source(Protocol):
        """Where texts come from."""

        @property
        def outlines(self) -> Outlines:
            """What is kept beside the texts of the source; if nothing is, it says so of each."""

        def refuse(self) -> None:
            """Raise the error that names the texts which hold no object; it is asked if one cannot be read."""


_WORD: Final = r'[^"\\]*'

_FEW: Final = 32
"""So many words are searched for one by one in the time in which a text is taken apart to search for all at once."""
_ANY: Final = ("",)
"""A word that occurs in every text."""

T = TypeVar("T")
Member = TypeVar("Member", bound=tuple[object, "Json | Unread"])
"""A key, whatever it is, with its object."""


class Unread:
    """An object as text until somebody looks at it. What is wrong with a text is found when it is looked at."""

    __slots__ = ("_owners", "_value", "place", "source", "text")

    def __init__(self, text: str, source: "Source | None" = None, place: int = 0) -> None:
        """``place`` is that of the text among those of its source."""
        self.text = text
        self.source = _LONE if source is None else source
        self.place = place
        self._value: Json | None = None
        self._owners: Sequence[Json] | None = None

    def read(self) -> Json:
        """The object."""
        if self._value is None:
            self._value = self._looked_at(object_in)
        return self._value

    def metadata(self) -> Json:
        """Its metadata."""
        found: Json = self._looked_at(metadata_in) if self._value is None else self._value["metadata"]
        return found

    def _looked_at(self, read: Callable[[str], T]) -> T:
        try:
            return read(self.text)
        except (ValueError, TypeError, RecursionError):
            self.source.refuse()
            raise

    def mentions(self, word: str) -> bool:
        """Whether a word may occur in the text."""
        if word in BITS and (words := self.source.outlines.words[self.place]) != UNKNOWN:
            return bool(words & BITS[word])
        return word in self.text

    def following(self, words: str) -> Iterator[str]:
        """What stands after some words, each time up to the next quote or backslash."""
        text, at = self.text, self.text.find(words)
        while at >= 0:
            start = at + len(words)
            found = compiled(_WORD).match(text, start)
            yield found[0] if found else ""
            at = text.find(words, start)

    def owners(self) -> Sequence[Json]:
        """Its owner references."""
        if self._owners is None:
            self._owners = self._looked_at(owners_in) if self._value is None else _owners_of()(self._value)
        return self._owners

    def is_outlined(self) -> bool:
        """Whether it is known where its metadata ends, so that labels are searched for in that alone."""
        return self.source.outlines.ends[self.place] != UNKNOWN

    def owner(self) -> str | None:
        """The uid of its only owner, which controls it;
        empty if it has none, None if its owner references have to be read.
        """
        return self.source.outlines.controllers[self.place]

    def controller_name(self) -> str | None:
        """The name of its controller; None if it has none."""
        outlines = self.source.outlines
        if outlines.controllers[self.place] is not None:
            return outlines.controller_names[self.place]
        return next((str(one.get("name")) for one in self.owners() if one.get("controller")), None)

    def node(self) -> str:
        """The node that a Pod may be bound to; if it is bound, it is this one."""
        if self._value is not None:
            return _node_of()(self._value)
        node = self.source.outlines.nodes[self.place]
        return self._looked_at(node_in) if node is None else node


def _searcher(words: Collection[str]) -> "Callable[[str], bool]":
    from kplan.state.wordsearch import searcher  # noqa: PLC0415 - seldom are many words searched for

    return searcher(words)


def mentioning(members: Iterable[Member], words: Collection[str]) -> Iterator[Member]:
    """Those of many objects in which one of some words may stand; what was read may hold any."""
    bits, plain = sum(BITS.get(word, 0) for word in words), [word for word in words if word not in BITS]
    many = _searcher(plain) if len(plain) > _FEW else None
    source, known = None, None
    for member in members:
        value = member[1]
        if isinstance(value, Unread):
            searched: Collection[str] = plain
            if bits:
                if value.source is not source or known is None:
                    source, known = value.source, value.source.outlines.words
                said = known[value.place]
                if said == UNKNOWN:
                    searched = words
                elif said & bits:
                    searched = _ANY
            text = value.text
            if many is not None and searched is plain:
                if not many(text):
                    continue
            else:
                for word in searched:
                    if word in text:
                        break
                else:
                    continue
        yield member


def labelled(members: Iterable[Member], labels: Iterable[tuple[str, str]]) -> Iterator[Member]:
    """Those of many objects that may have some labels together; what was read may have any."""
    terms = [*labels]
    words, bits = [label_word(*term) for term in terms], label_bits(terms)
    source, outlines = None, None
    for member in members:
        value = member[1]
        if isinstance(value, Unread):
            if value.source is not source or outlines is None:
                source, outlines = value.source, value.source.outlines
            if outlines.labels[value.place] & bits != bits:
                continue
            end = outlines.ends[value.place]
            if any(value.text.find(word, 0, None if end == UNKNOWN else end) < 0 for word in words):
                continue
        yield member


class _Lone:
    """The source of texts that come from nowhere."""

    outlines: Final = Outlines.none(1)

    def refuse(self) -> None:
        """Nobody has a name for them."""


_LONE: Final = _Lone()


@cache
def _owners_of() -> Callable[[Json], Sequence[Json]]:
    from kplan.api.owners import owners_of  # noqa: PLC0415 - a store without texts asks for nobody's; once, as others ask for all

    return owners_of


@cache
def _node_of() -> Callable[[Json], str]:
    from kplan.api.pods import node_of  # noqa: PLC0415 - likewise

    return node_of
