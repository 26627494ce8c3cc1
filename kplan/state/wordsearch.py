"""Whether one of many words stands in a text, at a cost that hardly grows with their number.

Upstream: none.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Final

_QUOTES: Final = 2


def searcher(words: Collection[str]) -> Callable[[str], bool]:
    """A function that says whether a text contains one of these words; a few words are searched one by one."""
    by_string = defaultdict[str, list[str]](list)
    plain: list[str] = []
    for word in words:
        parts = word.rsplit('"', _QUOTES)
        some = by_string[parts[1]] if len(parts) > _QUOTES else plain
        some.append(word)
    strings = frozenset(by_string)

    def found(text: str) -> bool:
        # What is between two quotes of a word is between two quotes of every text in which the word stands.
        hits = strings.intersection(text.split('"'))
        return any(word in text for hit in hits for word in by_string[hit]) or any(
            word in text for word in plain
        )

    return found
