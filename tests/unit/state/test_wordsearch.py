"""Whether one of many words stands in a text."""

import json
import random

import pytest

from kplan.state.texts import label_word
from kplan.state.wordsearch import searcher

STRINGS = ("app", "web", "web-1", 'a"b', "a\\b", "ü", "", ":", "selector", "x,y")


def words(draw: random.Random, number: int) -> list[str]:
    """Names, labels, and what else is looked for in texts."""
    made = [json.dumps(draw.choice(STRINGS), ensure_ascii=False) for _ in range(number)]
    made += [label_word(draw.choice(STRINGS), draw.choice(STRINGS)) for _ in range(number)]
    return draw.sample([*made, '"selector":{}', '"matchExpressions":', "web-"], number)


def text(draw: random.Random) -> str:
    labels = {draw.choice(STRINGS): draw.choice(STRINGS) for _ in range(draw.randint(0, 3))}
    value = {"metadata": {"name": draw.choice(STRINGS)}, "spec": {"selector": labels}}
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize("number", [1, 2, 5, 40])
def test_a_word_is_found_where_it_stands_and_nowhere_else(number: int) -> None:
    draw, answers = random.Random(number), set()
    for _ in range(400):
        wanted, given = words(draw, number), text(draw)
        stands = any(word in given for word in wanted)
        assert searcher(wanted)(given) is stands, (wanted, given)
        answers.add(stands)
    assert True in answers
