"""What a ReplicaSet's controller keeps in mind of an owner and its pods."""

from copy import deepcopy

import pytest

from kplan.api.object import Json
from kplan.controllers.replicaset.owned import Known
from kplan.selectors.labels import Selector


@pytest.fixture
def owner() -> Json:
    """A ReplicaSet as it is stored."""
    labels = {"app": "shop"}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": "shop-1", "namespace": "default", "uid": "u-1"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c"}]}},
        },
    }


def _known(owner: Json) -> Known:
    return Known(owner, Selector.stored_label_selector(owner["spec"]["selector"]))


def _pod(name: str) -> Json:
    return {"metadata": {"name": name, "uid": name, "labels": {"app": "shop"}}, "status": {}}


def test_nothing_follows_only_from_the_very_same_objects(owner: Json) -> None:
    """What is equal may be another version; what comes or goes is another state."""
    known, pods = _known(owner), [_pod("a"), _pod("b")]
    assert not known.rests(owner, pods)
    known.rest(owner, pods)
    assert known.rests(owner, list(pods))
    assert not known.rests(owner, pods[:1])
    assert not known.rests(owner, [*pods, _pod("c")])
    assert not known.rests(owner, [pods[0], deepcopy(pods[1])])
    assert not known.rests(deepcopy(owner), pods)


def test_what_is_known_holds_for_another_size_but_for_no_other_template(owner: Json) -> None:
    """Scaling keeps the template; a pod has to be looked at again for other labels of it."""
    known = _known(owner)
    assert known.holds({**owner, "spec": {**owner["spec"], "replicas": 5}})
    assert not known.holds(
        {**owner, "spec": {**owner["spec"], "template": deepcopy(owner["spec"]["template"])}}
    )
    assert not known.holds({**owner, "spec": {**owner["spec"], "selector": {"matchLabels": {"app": "x"}}}})
    assert not known.holds({**owner, "metadata": {**owner["metadata"], "uid": "u-2"}})


def test_a_pod_is_looked_at_again_when_it_is_another_object(owner: Json) -> None:
    """A pod that became ready is another object."""
    known, pod = _known(owner), _pod("a")
    first = known.look(owner, [pod])
    assert known.look(owner, [pod])[0] is first[0]
    assert not first[0].ready
    ready = {**pod, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    assert known.look(owner, [ready])[0].ready


def test_the_pod_to_make_is_made_once(owner: Json) -> None:
    """Each pod of a template is the same but for what the server gives it."""
    known = _known(owner)
    pod, pattern = known.to_make(owner)
    assert pod["metadata"]["generateName"] == "shop-1-"
    assert pattern == (owner["spec"]["template"], "u-1")
    assert known.to_make(owner)[0] is pod
