"""Words that name objects, followed by words that say what to change: ``key=value`` and ``key-``.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (GetResourcesAndPairs), kubectl/pkg/cmd/label/label.go
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from kplan.errors import UsageError


def split_words(
    words: Sequence[str], what: str, marks: Callable[[str], bool] | None = None
) -> tuple[list[str], list[str]]:
    """Words that name objects, and those after them that say what to change. Raises UsageError."""
    marks = marks or is_pair
    first = next((place for place, word in enumerate(words) if marks(word)), len(words))
    named, changes = list(words[:first]), list(words[first:])
    stray = next((word for word in changes if not marks(word)), None)
    if stray is not None:
        raise UsageError(f"all resources must be specified before {what} changes: {stray}")
    return named, changes


def is_pair(word: str) -> bool:
    """Whether a word sets or removes something."""
    return ("=" in word and not word.startswith("=")) or (word.endswith("-") and word != "-")


def parse_pairs(words: Iterable[str], what: str) -> dict[str, str | None]:
    """``key=value`` sets, ``key-`` removes. Raises UsageError (ParsePairs)."""
    changes: dict[str, str | None] = {}
    removed: list[str] = []
    for word in words:
        name, equals, text = word.partition("=")
        if equals:
            changes[name] = text
        else:
            removed.append(word.removesuffix("-"))
    both = [name for name in removed if name in changes]
    if both:
        text = f"can not both modify and remove the following {what}(s) in the same command"
        raise UsageError(f"{text}: {', '.join(both)}")
    return {**changes, **dict.fromkeys(removed)}


def changed(present: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """What is there after the changes."""
    kept = {name: text for name, text in present.items() if changes.get(name, text) is not None}
    return {**kept, **{name: text for name, text in changes.items() if text is not None}}


def taken(present: Mapping[str, str], changes: Mapping[str, str | None]) -> list[str]:
    """What has another value already, and may not be changed without ``--overwrite``."""
    names = [name for name, text in sorted(changes.items()) if text not in (None, present.get(name, text))]
    return [f"'{name}' already has a value ({present[name]})" for name in names]
