"""Names as Argo CD makes them fit for Kubernetes."""

import re

_LONGEST = 253


def normalized(name: str) -> str:
    """Lower case letters, digits, dots and dashes, at most 253 of them."""
    return re.sub(r"[^-a-z0-9.]", "-", name.lower())[:_LONGEST].strip("-.")


def slug(name: str, longest: int = 50) -> str:
    """A name as Argo CD's ``slugify`` makes it: words joined by dashes, cut to a length."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:longest].strip("-")
