"""A graph as one page without scripts or network: every object with what it names and what names it, as links."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from kplan.lint.graph import Edge, Graph, Node

_HEAD: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Objects and references</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
section { border: 1px solid #8886; border-radius: 6px; padding: .5rem 1rem; margin: .7rem 0 }
section:target { outline: 3px solid #48f }
h3 { margin: 0; font-size: 1rem } ul { margin: .3rem 0; padding-left: 1.2rem } small { opacity: .7 }
.missing h3 { color: #c22 } .made, .unknown { border-style: dashed }
</style>
<h1>Objects and references</h1>
"""


def render(graph: Graph) -> str:
    """The graph as a page."""
    return _HEAD + "\n".join(_sections(graph)) + "\n</html>\n"


def _sections(graph: Graph) -> Iterator[str]:
    outgoing, incoming = defaultdict[str, list[Edge]](list), defaultdict[str, list[Edge]](list)
    for edge in graph.edges:
        outgoing[edge.source].append(edge)
        incoming[edge.target].append(edge)
    nodes = sorted(graph.nodes, key=lambda node: (node.namespace, node.kind, node.name))
    numbers = {node.id: number for number, node in enumerate(nodes)}
    seen = None
    for node in nodes:
        if node.namespace != seen:
            seen = node.namespace
            yield f"<h2>{escape(seen) or 'cluster-scoped'}</h2>"
        yield f'<section id="n{numbers[node.id]}" class="{node.status}"><h3>{_title(node)}</h3>'
        yield from _links(outgoing[node.id], "→", [edge.target for edge in outgoing[node.id]], numbers)
        yield from _links(incoming[node.id], "←", [edge.source for edge in incoming[node.id]], numbers)
        yield "</section>"


def _title(node: Node) -> str:
    note = node.place if node.status == "given" else node.status
    return f"{escape(node.kind)}/{escape(node.name)} <small>{escape(note)}</small>"


def _links(edges: Sequence[Edge], arrow: str, ends: Sequence[str], numbers: dict[str, int]) -> Iterator[str]:
    if edges:
        items = (
            f'<li>{arrow} <a href="#n{numbers[end]}">{escape(end)}</a> <small>{escape(edge.what)}</small></li>'
            for edge, end in zip(edges, ends, strict=True)
        )
        yield f"<ul>{''.join(items)}</ul>"
