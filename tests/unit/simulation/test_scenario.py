"""What a scenario may say of images, in its own words and in earlier ones."""

import pytest

from kplan.config.scenariofile import parse as parse_scenario
from kplan.simulation.scenario import Fate


@pytest.mark.parametrize("name", ["outcome", "fate"])
def test_an_outcome_has_an_earlier_name(name: str) -> None:
    scenario = parse_scenario({"images": [{"image": "web:*", name: "fails"}]})
    assert next(one for one in scenario.images if one.image == "web:*").fate is Fate.FAILS
