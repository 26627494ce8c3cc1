"""Texts quoted as Go's %q, and back."""

import pytest

from kplan.apiserver.field import go_quote, go_unquote


@pytest.mark.parametrize(
    "text",
    ["", "plain", 'a "word"', "back\\slash \\x1b", "\x1b[31m\a\b\f\n\r\t\v\x7f", "\u200bé\U000e0001"],
)
def test_what_was_quoted_comes_back(text: str) -> None:
    assert go_unquote(go_quote(text)) == text
