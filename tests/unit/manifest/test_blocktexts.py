"""Lines of block scalars, found without reading the document."""

import pytest
import yaml

from kplan.manifest.blocktexts import block_lines


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  one\n\n   two\nb: c\n",
        "a:\n- |\n  one\n- b: >+\n    one\n  c: d\n",
        "- - |\n    one\n  - two\n",
        "a: &x !!str |-\n  one\nb: x | y\nc: 'd: |'\n",
        '"a: b": |2\n    one\n  two\nc: d\n',
        "|\n one\n two\n",
        "a: # b: |\n  c: d\n",
        "? |\n  one\n: two\n",
        "a: |\n  b: >\n    c\n  d\ne: f\n",
    ],
)
def test_lines_of_block_scalars_are_those_that_a_parser_finds(text):
    expected: list[int] = []
    for event in yaml.parse(text):
        if isinstance(event, yaml.ScalarEvent) and event.style in ("|", ">"):
            expected += range(event.start_mark.line + 1, event.end_mark.line)
    assert list(block_lines(text.splitlines())) == expected
