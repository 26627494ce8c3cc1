"""Credentials within texts of objects: in scripts, arguments and files of any kind,
found by the same words as in lines of manifests.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from kplan.masking.judging import is_given
from kplan.masking.lines import marked_at, marked_lines, marked_words
from kplan.masking.manifests import marked_manifests
from kplan.masking.names import looks_secret, may_tell
from kplan.masking.shapes import may_hold_login, may_log_in, may_show
from kplan.masking.signs import replaced

Hide = Callable[[str, str], str]
"""The replacement for a value, given the text before it in its line."""
_ITEM: Final = "- "
_OPTION: Final = r"--?(?P<name>[A-Za-z][\w.-]*)"
_ASSIGNED: Final = rf"(?s:(?P<key>{_OPTION}=)(?P<value>.+))"


def in_text(text: str, hide: Hide) -> str:
    """A text with its credentials hidden."""
    if not _may_hold(text):
        return text
    return replaced("\n".join(marked_manifests(marked_lines(text.split("\n")))), text, hide)


def in_prose(text: str, hide: Hide) -> str:
    """A message about an object with credentials masked; a colon after a name does not start a value there."""
    return replaced("\n".join(map(marked_words, text.split("\n"))), text, hide) if _may_hold(text) else text


def in_items(items: Sequence[str], hide: Hide, above: Sequence[str] = ()) -> list[str]:
    """The texts of a list with credentials masked; the items before one, or those ``above``, may say what it is."""
    together = [*above, *items]
    if not any(map(_may_hold, together)):
        return list(items)
    lines = [_ITEM + one.replace("\n", " ") for one in together]
    return [_item(together, lines, at, hide) for at in range(len(above), len(together))]


def _item(items: Sequence[str], lines: Sequence[str], at: int, hide: Hide) -> str:
    item, before = items[at], re.fullmatch(_OPTION, items[at - 1]) if at else None
    if before is not None and looks_secret(before["name"]) and not item.startswith("--"):
        return hide(before[0], item) if is_given(before["name"], item) else item
    whole = re.fullmatch(_ASSIGNED, item)
    if whole is not None and looks_secret(whole["name"]):
        return (
            whole["key"] + hide(whole["key"], whole["value"])
            if is_given(whole["name"], whole["value"])
            else item
        )
    if "\n" in item:
        return in_text(item, hide)
    return replaced(marked_at(lines, at)[len(_ITEM) :], item, hide)


def _may_hold(text: str) -> bool:
    return may_tell(text) or may_show(text) or may_log_in(f" {text}") or may_hold_login(text)
