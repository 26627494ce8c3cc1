"""A graph as JSON: nodes with their status, and edges with the field that makes them."""

import json

from kplan.lint.graph import Graph


def render(graph: Graph) -> str:
    """The graph as one JSON object."""
    value = {
        "nodes": [node._asdict() for node in graph.nodes],
        "edges": [edge._asdict() for edge in graph.edges],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
