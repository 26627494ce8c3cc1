"""An object that is still text: read once for all who hold it, or only as far as its metadata.

Upstream: none; what is read from etcd there is decoded whole.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

from kplan.api.object import Json
from kplan.state.texts import BITS, compiled, metadata_in, node_in, object_in, owners_in

if TYPE_CHECKING:
    from typing import Protocol

    from kplan.state.outline import Outline

    class Source(Protocol):
        """Where texts come from."""

        def refuse(self) -> None:
            """Raise the error that names the texts which hold no object; it is asked where one cannot be read."""

        def outline(self) -> None:
            """Give all texts their outlines, or None where none is kept."""


_WORD: Final = r'[^"\\]*'

T = TypeVar("T")


class Unread:
    """An object as text until somebody looks at it. What is wrong with a text is found when it is looked at."""

    __slots__ = ("_owners", "_source", "_text", "_value", "outline")
    outline: "Outline | None"
    """What is kept beside the text; its source sets it when it is asked for."""

    def __init__(self, text: str, source: "Source | None" = None) -> None:
        self._text = text
        self._source = source
        self._value: Json | None = None
        self._owners: Sequence[Json] | None = None
        if source is None:
            self.outline = None

    def __getattr__(self, name: str) -> "Outline | None":
        """Its outline, before any text of its source has one: later nothing is asked for those that thousands of texts have."""
        if name != "outline" or self._source is None:
            raise AttributeError(name)
        self._source.outline()
        return self.outline

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
            return read(self._text)
        except (ValueError, TypeError, RecursionError):
            if self._source is not None:
                self._source.refuse()
            raise

    def mentions(self, word: str) -> bool:
        """Whether a word may stand in it."""
        if word in BITS and (outline := self.outline) is not None:
            return bool(outline.words & BITS[word])
        return word in self._text

    def may_have(self, labels: Iterable[str], bits: int) -> bool:
        """Whether it may have all these labels, each as it stands in a text, and all together as bits."""
        text, outline, end = self._text, self.outline, None
        if outline is not None:
            if outline.labels & bits != bits:
                return False
            end = outline.end
        for label in labels:  # noqa: SIM110 - it is asked of thousands of texts
            if text.find(label, 0, end) < 0:
                return False
        return True

    def following(self, words: str) -> Iterator[str]:
        """What stands after some words, each time up to the next quote or backslash."""
        text, at = self._text, self._text.find(words)
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

    def owner(self) -> str | None:
        """The uid of its only owner, which controls it; empty where it has none, None where its references tell."""
        outline = self.outline
        return None if outline is None else outline.controller

    def is_free(self) -> bool:
        """Whether no controller owns it."""
        return self.controller_name() is None

    def controller_name(self) -> str | None:
        """The name of its controller; None where it has none."""
        outline = self.outline
        if outline is not None and outline.controller is not None:
            return outline.controller_name
        return next((str(one.get("name")) for one in self.owners() if one.get("controller")), None)

    def node(self) -> str:
        """The node that a Pod may be bound to; where it is bound, it is this one."""
        if self._value is not None:
            return _node_of()(self._value)
        outline = self.outline
        return self._looked_at(node_in) if outline is None else outline.node


@cache
def _owners_of() -> Callable[[Json], Sequence[Json]]:
    from kplan.api.owners import owners_of  # noqa: PLC0415 - a store without texts asks for nobody's; once, as others ask for all

    return owners_of


@cache
def _node_of() -> Callable[[Json], str]:
    from kplan.api.pods import node_of  # noqa: PLC0415 - likewise

    return node_of
