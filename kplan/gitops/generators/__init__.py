"""The generators of an ApplicationSet, one file each, and their roster.

A generator gives sets of parameters. Without Go templates they are flat: ``metadata.labels.env`` is one name.

Upstream: github.com/argoproj/argo-cd applicationset/generators
"""

from kplan.gitops.generators.generating import Generating, GenerationError, Generator
from kplan.gitops.generators.roster import GENERATORS, generated

__all__ = ["GENERATORS", "Generating", "GenerationError", "Generator", "generated"]
