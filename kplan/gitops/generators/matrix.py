"""``matrix``: every set of parameters of one generator with every one of another, which may use the first's.

Upstream: github.com/argoproj/argo-cd applicationset/generators/matrix.go
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.gitops.generators.generating import Generating, GenerationError, Parameters
from kplan.gitops.looking import listing, mapping
from kplan.gitops.merging import merged
from kplan.gitops.templates import rendered


def generate(options: Mapping[str, Any], generating: Generating) -> Iterator[Parameters]:
    """The product of two generators. Raises GenerationError if there are not two."""
    inner = [mapping(one) for one in listing(options.get("generators"))]
    if len(inner) != 2 or generating.within is None:
        raise GenerationError("a matrix takes two generators")
    for first, _ in generating.within(inner[0], generating):
        second = rendered(inner[1], first, go_template=generating.go_template)
        for other, _ in generating.within(second, generating):
            yield merged(first, other)
