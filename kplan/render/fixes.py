"""Fixes as text: the diff of a file, values of Secrets masked, and what was or can be corrected."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from kplan.diagnostics import Diagnostic
from kplan.report import Report
from kplan.sentences import counted

if TYPE_CHECKING:
    from kplan.manifest.encoding import Text

_KIND: Final = r"""(?im)^[\s{,-]*["']?kind["']?\s*:\s*["']?Secret(?:List)?\b"""
_SECTION: Final = (
    r"""(\s*(?:- )?)["']?(?:data|stringData|kubectl\.kubernetes\.io/last-applied-configuration)["']?\s*:"""
)
_MEMBER: Final = r"""(\s*["']?[^\s"':]+["']?\s*:\s*)(["']?)(.+?)(["']?,?)"""
_MASK: Final = "*****"


def file_diff(name: str, before: "Text", after: "Text") -> str:
    """The changes of one file as a unified diff."""
    from kplan.kubectl.unified import unified_hunks  # noqa: PLC0415 - most runs only count what can be fixed

    old, new = (_masked(one.text) for one in (before, after))
    hunks = unified_hunks(old, new)
    return f"--- {name}\n+++ {name}\n{''.join(hunks)}"


def would_fix(report: Report) -> str:
    """A line about what a diff shows."""
    told = f"Would fix {counted(len(report.fixed), 'finding')}." if report.fixed else "Nothing to fix."
    unsafe = sum(1 for one in (*report.findings, *report.beyond) if one.fix and not one.fix.is_safe)
    return told if report.unsafe_fixes or not unsafe else f"{told} {unsafe} more with --unsafe-fixes."


def _masked(text: str) -> str:
    """The text without the values of Secrets and without what looks like a credential;
    every line stays one, and ends as it did.
    """
    from kplan.masking.lines import concealed_lines  # noqa: PLC0415 - likewise

    lines = text.split("\n")
    ends = ["\r" if line.endswith("\r") else "" for line in lines]
    lines = [line.removesuffix("\r") for line in lines]
    shown = [
        new if new == old else new.rstrip() for old, new in zip(lines, concealed_lines(lines), strict=True)
    ]
    whole = "\n".join(shown)
    if re.search(_KIND, whole):
        parts = re.split(r"(?m)(?=^---)", whole)
        whole = "".join("\n".join(_lines(part)) if re.search(_KIND, part) else part for part in parts)
    return "\n".join(line + end for line, end in zip(whole.split("\n"), ends, strict=True))


def _lines(document: str) -> Iterator[str]:
    indent: int | None = None
    for content in document.split("\n"):
        depth = len(content) - len(content.lstrip(" \t"))
        if indent is not None and content.strip() and depth <= indent:
            indent = None
        if indent is not None and content.strip():
            found = re.fullmatch(_MEMBER, content)
            yield f"{found[1]}{found[2]}{_MASK}{found[4]}" if found else f"{content[:depth]}{_MASK}"
            continue
        section = re.match(_SECTION, content)
        if section is None:
            yield content
            continue
        indent = len(section[1])
        rest = content[section.end() :].strip()
        yield content[: section.end()] + (f" {rest}".rstrip() if rest in ("", "{") else f" {_MASK}")


def summary(report: Report) -> list[str]:
    """What was fixed by file and code, and what can be."""
    return [*_fixed(report.fixed, report), *_available(report), *_unfixed(report)]


def _fixed(fixed: Sequence[Diagnostic], report: Report) -> Iterator[str]:
    if not fixed:
        return
    yield f"Fixed {counted(len(fixed), 'finding')}:"
    by_file: dict[str, Counter[str]] = {}
    for one in fixed:
        by_file.setdefault(one.location.file if one.location else "", Counter())[one.rule] += 1
    for file, codes in sorted(by_file.items()):
        yield f"- {file}:"
        for code, number in sorted(codes.items()):
            text = report.rules.get(code)
            yield f"    {number} x {code}" + (f" ({text.name})" if text else "")


def _available(report: Report) -> Iterator[str]:
    """How many of the findings have a fix; none for a report of what is fixed already."""
    kinds = [one.fix.is_safe for one in (*report.findings, *report.beyond) if one.fix]
    fixable = len(kinds) if report.unsafe_fixes else kinds.count(True)
    hidden = len(kinds) - fixable
    if fixable:
        yield (
            f"{fixable} fixable with --fix" + (f", {hidden} more with --unsafe-fixes" if hidden else "") + "."
        )
    elif hidden:
        yield f"No safe fixes; {hidden} fixable with --fix --unsafe-fixes."


def _unfixed(report: Report) -> Iterator[str]:
    """Why corrections of built objects cannot be made."""
    why = Counter(
        one.unfixed for one in report.findings if one.unfixed and one.location and one.location.built_by
    )
    for reason, number in sorted(why.items()):
        yield f"{counted(number, 'finding')} cannot be fixed in a file: {reason}."
