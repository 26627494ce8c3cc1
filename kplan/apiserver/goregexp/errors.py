"""Go's errors for patterns that are not regular expressions.

Upstream: Go's regexp/syntax/parse.go
"""


class RegexError(ValueError):
    """The pattern is refused; the text is Go's."""

    def __init__(self, reason: str, excerpt: str) -> None:
        super().__init__(f"error parsing regexp: {reason}: `{excerpt}`")
