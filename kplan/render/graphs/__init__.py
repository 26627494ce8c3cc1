"""A graph of objects as text, one format a file; each has ``render(graph) -> str``."""

import importlib
from typing import Final

from kplan.lint.graph import Graph

FORMATS: Final = ("dot", "mermaid", "json", "html")


def render(graph: Graph, form: str) -> str:
    """The graph in one of the formats."""
    text: str = importlib.import_module(f"{__name__}.{form}").render(graph)
    return text
