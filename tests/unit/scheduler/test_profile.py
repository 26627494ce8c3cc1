"""A KubeSchedulerConfiguration changes the default profile as upstream merges it."""

from typing import Any

import pytest

from kplan.errors import UsageError
from kplan.scheduler import runtime
from kplan.scheduler.profile import DEFAULT, Profile, read_configuration

HEAD = {"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration"}


def read(**profile: Any) -> Profile:
    (found,) = read_configuration({**HEAD, "profiles": [profile]}).values()
    return found


def test_without_profiles_there_is_the_default() -> None:
    assert read_configuration(HEAD) == {"default-scheduler": DEFAULT}


def test_a_plugin_is_taken_out_of_its_place_and_put_at_the_end() -> None:
    found = read(plugins={"multiPoint": {"disabled": [{"name": "NodePorts"}, {"name": "ImageLocality"}]}})
    assert {"NodePorts", "ImageLocality"}.isdisjoint(dict(found.enabled))
    again = read(
        plugins={
            "multiPoint": {
                "disabled": [{"name": "*"}],
                "enabled": [
                    {"name": "PrioritySort"},
                    {"name": "NodeName"},
                    {"name": "ImageLocality", "weight": 4},
                    {"name": "DefaultBinder"},
                ],
            }
        }
    )
    assert again.enabled == (("PrioritySort", 0), ("NodeName", 0), ("ImageLocality", 4), ("DefaultBinder", 0))


def test_weights_and_score_lists() -> None:
    found = read(
        plugins={
            "score": {
                "disabled": [{"name": "ImageLocality"}],
                "enabled": [{"name": "NodeAffinity", "weight": 9}],
            }
        }
    )
    scores = {plugin.name: weight for plugin, weight in found.framework().scores}
    assert scores["NodeAffinity"] == 9
    assert "ImageLocality" not in scores
    assert "ImageLocality" in dict(found.enabled)


def test_the_profile_s_own_percentage_goes_first() -> None:
    value = {
        **HEAD,
        "percentageOfNodesToScore": 30,
        "profiles": [{"schedulerName": "a"}, {"schedulerName": "b", "percentageOfNodesToScore": 70}],
    }
    found = read_configuration(value)
    assert [found[name].percentage_of_nodes_to_score for name in ("a", "b")] == [30, 70]


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "KubeSchedulerConfiguration"},
        {**HEAD, "profiles": [{}, {}]},
        {**HEAD, "profiles": [{"plugins": {"filter": {"disabled": [{"name": "Unknown"}]}}}]},
    ],
)
def test_what_cannot_be_read_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        read_configuration(value)


def test_a_plugin_is_disabled_at_one_extension_point_alone() -> None:
    found = read(plugins={"postFilter": {"disabled": [{"name": "DefaultPreemption"}]}})
    framework = found.framework()
    assert [plugin.name for plugin in framework.post_filters] == ["DynamicResources"]
    assert "DefaultPreemption" in dict(found.enabled)
    nothing = read(
        plugins={"score": {"disabled": [{"name": "*"}]}, "preScore": {"disabled": [{"name": "*"}]}}
    )
    assert nothing.framework().scores == []


def test_a_plugin_is_enabled_at_one_extension_point_alone() -> None:
    found = read(
        plugins={
            "multiPoint": {"disabled": [{"name": "TaintToleration"}]},
            "filter": {"enabled": [{"name": "TaintToleration"}]},
        }
    )
    framework = found.framework()
    assert framework.filters[-1].name == "TaintToleration"
    assert "TaintToleration" not in {plugin.name for plugin, _ in framework.scores}


@pytest.mark.parametrize(
    ("profile", "complaint"),
    [
        ({"plugins": {"bind": {"disabled": [{"name": "*"}]}}}, "needs a bind plug-in"),
        ({"plugins": {"queueSort": {"disabled": [{"name": "*"}]}}}, "needs one queueSort plug-in and has 0"),
        (
            {"plugins": {"preFilter": {"disabled": [{"name": "NodePorts"}]}}},
            "disables preFilter of NodePorts, but not filter, which needs it",
        ),
        ({"plugins": {"score": {"enabled": [{"weight": 1}]}}}, "lacks 'name'"),
        (
            {"pluginConfig": [{"name": "InterPodAffinity", "args": {"hardPodAffinityWeight": "much"}}]},
            "has a value of the wrong type",
        ),
    ],
)
def test_what_no_scheduler_could_run_is_refused(profile: dict[str, Any], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        read(**profile)


def test_plugins_are_what_the_protocols_say() -> None:
    for plugin in DEFAULT.framework().plugins:
        asked = {kind for kind in runtime._PROTOCOLS if isinstance(plugin, kind)}
        assert runtime._kinds(plugin) == asked, plugin.name
