"""What becomes of a folded text that go-yaml writes and reads again, as kustomize does before it prints an object.

Upstream: vendor/go.yaml.in/yaml/v3/emitterc.go
"""

import re
from typing import Final

import yaml

_INDENTED: Final = r"(?m)^[ \t]"
_UNFIT: Final = r"(?m) $|[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]"
"""What is written between double quotes: a blank at the end of a line, and characters that are not printed."""


def refolded(text: str) -> str:
    """The text afterwards: a break before an indented line is written as two, as is the first of several at the end.

    Where the text itself begins with an indented line no break is, so that other lines flow together. What has neither
    comes back as it is.
    """
    same = not text.endswith("\n\n") and not re.search(_INDENTED, text)
    if same or re.search(_UNFIT, text):
        return text
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        read: str = yaml.load(f"a: >{_hints(text)}\n{_written(text)}", loader)["a"]  # noqa: S506 - a safe one
    except yaml.YAMLError:
        return text
    return read


def _written(text: str) -> str:
    doubled = text.lstrip("\n")[:1] not in ("", " ", "\t")
    written, before = "", " "
    for number, line in enumerate(text.split("\n")):
        if number:
            written += "\n\n" if doubled and before[:1] not in ("", " ", "\t") else "\n"
        written += f"  {line}" if line else ""
        before = line
    return written


def _hints(text: str) -> str:
    """The indentation indicator if the text begins with blanks,
    and the chomping indicator for the breaks at its end.
    """
    indent = "2" if text[0] in " \n" else ""
    ended = len(text) - len(text.rstrip("\n"))
    return indent + ("-" if not ended else "+" if ended > 1 or ended == len(text) else "")
