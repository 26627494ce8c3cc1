"""``list``: parameters that are written out.

Upstream: github.com/argoproj/argo-cd applicationset/generators/list.go
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.gitops.generators.generating import Generating, Parameters, shaped
from kplan.gitops.looking import listing, mapping, text
from kplan.gitops.setvalues import from_text


def generate(options: Mapping[str, Any], generating: Generating) -> Iterator[Parameters]:
    """One set of parameters an element."""
    written = (
        from_text(f"elements: {text(options.get('elementsYaml'))}") if options.get("elementsYaml") else {}
    )
    for element in (*listing(options.get("elements")), *listing(written.get("elements"))):
        yield shaped(mapping(element), generating)
