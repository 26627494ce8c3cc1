"""A graph for Mermaid, as GitHub and GitLab draw it in Markdown: a box for every namespace."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from kplan.lint.graph import Graph, Node


def render(graph: Graph) -> str:
    """The graph as a flowchart."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    ids = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    yield "flowchart LR"
    by_namespace = sorted(graph.nodes, key=lambda node: node.namespace)
    for number, (namespace, nodes) in enumerate(groupby(by_namespace, key=lambda node: node.namespace)):
        if not namespace:
            yield from _boxes(nodes, ids, "  ")
            continue
        yield f'  subgraph s{number}["{_escaped(namespace)}"]'
        yield from _boxes(nodes, ids, "    ")
        yield "  end"
    for edge in graph.edges:
        yield f'  {ids[edge.source]} -->|"{_escaped(edge.what)}"| {ids[edge.target]}'
    yield "  classDef missing stroke:#c00,color:#c00"
    yield "  classDef made stroke-dasharray:4 2"
    yield "  classDef unknown stroke-dasharray:2 2"


def _boxes(nodes: Iterable[Node], ids: Mapping[str, str], indent: str) -> Iterator[str]:
    for node in nodes:
        label = f"{_escaped(node.kind.partition('.')[0])}<br>{_escaped(node.name)}"
        mark = "" if node.status == "given" else f":::{node.status}"
        yield f'{indent}{ids[node.id]}["{label}"]{mark}'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
