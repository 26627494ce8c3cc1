"""Objects that are refused for one missing namespace are one block of text, also if targets of a fleet are named."""

import pytest

from kplan.diagnostics import Diagnostic, Location
from kplan.render.findings import blocks
from kplan.render.style import PLAIN

SAID = 'error when creating "a.yaml": namespaces "shop" not found'


def refused(name: str, line: int, message: str = SAID, rule: str = "API404") -> Diagnostic:
    return Diagnostic(rule, message, object=f"configmap/{name} -n shop", location=Location("a.yaml", line))


def heads(*given: Diagnostic) -> list[str]:
    return [block.splitlines()[0] for block in blocks(given, PLAIN)]


@pytest.mark.parametrize("targets", ["", " [prod, test]"])
def test_objects_of_one_namespace_are_told_together(targets: str) -> None:
    found = [refused(name, line, SAID + targets) for name, line in (("a", 1), ("b", 5))]
    assert heads(*found, refused("c", 9, SAID.replace("shop", "other"))) == [
        f'a.yaml:1: error API404: namespaces "shop" not found{targets}, 2 objects in it refused: configmap/a (a.yaml:1), configmap/b (a.yaml:5)',
        'a.yaml:9: error API404: error when creating "a.yaml": namespaces "other" not found (configmap/c -n shop)',
    ]


def test_what_differs_stays_apart() -> None:
    assert len(heads(refused("a", 1), refused("b", 2, SAID + " [prod]"))) == 2
    assert len(heads(refused("a", 1), refused("b", 2, rule="API422"))) == 2
    assert len(heads(refused("a", 1), refused("b", 2, 'pods "shop" not found'))) == 2
