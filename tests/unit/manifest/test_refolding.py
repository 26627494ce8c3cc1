"""What go-yaml makes of folded texts that it writes and reads again, as ``kubectl kustomize`` prints them."""

import pytest

from kplan.manifest.goyaml import read
from kplan.manifest.refolding import refolded


@pytest.mark.parametrize(
    ("text", "afterwards"),
    [
        ("one two\n\nthree\n", "one two\n\nthree\n"),
        ("{\n  more\n  less\n}\n", "{\n\n  more\n  less\n}\n"),
        ("start\n indented\nback\n\n again", "start\n\n indented\nback\n\n\n again"),
        ("  in\nout\nagain", "  in\nout again"),
        ("\nlead\n  in\n", "\nlead\n\n  in\n"),
        ("one\n\n\n", "one\n\n\n\n"),
        ("blank at the end \n  in\n", "blank at the end \n  in\n"),
        ("no letter \U0001f600\n  in\n", "no letter \U0001f600\n  in\n"),
    ],
)
def test_a_break_before_an_indented_line_is_doubled(text: str, afterwards: str) -> None:
    assert refolded(text) == afterwards


def test_folded_texts_of_resources_are_read_so_and_those_of_kustomizations_are_not() -> None:
    text = "a: >\n  one\n    two\nb: |\n  one\n    two\n"
    (resource,), (kustomization,) = read(text), read(text, old=True)
    assert resource.value == {"a": "one\n\n  two\n", "b": "one\n  two\n"}
    assert kustomization.value == {"a": "one\n  two\n", "b": "one\n  two\n"}
