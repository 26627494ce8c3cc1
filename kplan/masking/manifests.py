"""Secrets whose manifests are a text within another object, as of a ConfigMap that is applied to other clusters:
their data is hidden.
"""

import re
from collections.abc import Sequence
from typing import Final

from kplan.masking.names import HIDDEN

_KIND: Final = r"""(?m)^\s*(?:- )?(?:["{ ]*)kind["']?\s*:\s*["']?Secret\b|\\*"kind\\*"\s*:\s*\\*"Secret"""
_DATA: Final = r"""(?P<key>(?P<lead>[ ]*)(?:data|stringData):[ ]*)(?P<rest>.*)$"""
_VALUE: Final = r"""(?P<key>[ ]*["']?[\w.-]+["']?:[ ]+)(?P<value>[^\s|>].*)$"""
_JSON: Final = r'\\*"(?i:data|stringData)\\*"\s*:\s*\{(?P<data>[^{}]*)'
_STRING: Final = r'(:\s*\\*")((?:(?!\\*").)*)'


def marked_manifests(lines: Sequence[str]) -> Sequence[str]:
    """The lines of a text with the data of Secrets marked."""
    if not any("Secret" in line for line in lines) or re.search(_KIND, "\n".join(lines)) is None:
        return lines
    return [line for document in _documents(lines) for line in _marked(document)]


def without_data(line: str) -> str:
    """A line with the data of a Secret marked that is JSON in it."""
    return re.sub(_JSON, _without_strings, line) if re.search(_KIND, line) else line


def _documents(lines: Sequence[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("---"):
            found.append([])
        found[-1].append(line)
    return found


def _marked(document: list[str]) -> list[str]:
    if re.search(_KIND, text := "\n".join(document)) is None:
        return document
    marked, column = [], -1
    for line in re.sub(_JSON, _without_strings, text).split("\n"):
        depth = len(line) - len(line.lstrip(" "))
        begun = re.match(_DATA, line)
        if begun is not None:
            column = depth
            marked.append(begun["key"] + HIDDEN * len(begun["rest"]))
            continue
        if line.strip() and depth <= column:
            column = -1
        marked.append(_of_data(line, depth) if column >= 0 else line)
    return marked


def _of_data(line: str, depth: int) -> str:
    """A line below ``data``: an entry keeps its key, and of a text that goes on nothing is left."""
    entry = re.match(_VALUE, line)
    if entry is not None:
        return entry["key"] + HIDDEN * len(entry["value"])
    return (
        line
        if line.rstrip().endswith((":", "|", ">", "|-", ">-", "|+", ">+"))
        else line[:depth] + HIDDEN * (len(line) - depth)
    )


def _without_strings(found: re.Match[str]) -> str:
    own = re.sub(_STRING, lambda one: one[1] + HIDDEN * len(one[2]), found["data"])
    return found[0][: found.start("data") - found.start()] + own
