"""Documentation as it is written in docstrings, for formats that write literals with single backquotes."""

from collections.abc import Iterator

from kplan.report import RuleText


def single_quoted(text: str) -> str:
    """The text with `literals` as Markdown and people write them."""
    return text.replace("``", "`")


def paragraphs(rule: RuleText, *, fix: str = "Fix: ") -> Iterator[str]:
    """What a rule says, why, and what to do about it."""
    yield single_quoted(rule.summary)
    if rule.why:
        yield single_quoted(rule.why)
    if rule.fix:
        yield fix + single_quoted(rule.fix)
