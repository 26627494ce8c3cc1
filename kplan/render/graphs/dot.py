"""A graph for Graphviz: a box for every namespace, what is missing in red."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from kplan.lint.graph import Graph, Node

_STYLES: Final = {
    "given": "",
    "made": ' style="dashed"',
    "unknown": ' style="dotted"',
    "missing": ' color="red" fontcolor="red"',
}


def render(graph: Graph) -> str:
    """The graph in the language of ``dot``."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    yield "digraph objects {"
    yield '  graph [rankdir="LR"]'
    yield '  node [shape="box"]'
    by_namespace = sorted(graph.nodes, key=lambda node: node.namespace)
    for number, (namespace, nodes) in enumerate(groupby(by_namespace, key=lambda node: node.namespace)):
        if not namespace:
            yield from _boxes(nodes, "  ")
            continue
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={_quoted(namespace)}"
        yield from _boxes(nodes, "    ")
        yield "  }"
    for edge in graph.edges:
        yield f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [label={_quoted(edge.what)}]"
    yield "}"


def _boxes(nodes: Iterable[Node], indent: str) -> Iterator[str]:
    for node in nodes:
        label = _quoted(f"{node.kind.partition('.')[0]}\n{node.name}")
        yield f"{indent}{_quoted(node.id)} [label={label}{_STYLES[node.status]}]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
