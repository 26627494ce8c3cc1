"""What must hold at every moment, whatever the numbers:
rollouts keep their bounds, drains keep budgets, deletion leaves nothing.
"""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kplan.api.pods import is_ready, is_terminating, node_of
from kplan.api.workloadspec import replicas_of
from kplan.cluster import Cluster
from kplan.config.scenariofile import parse as parse_scenario
from kplan.controllers.deployment.replicasets import fenceposts, total
from kplan.render.timeline import as_json

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BOUND = st.one_of(st.integers(0, 4), st.sampled_from(["10%", "25%", "50%", "100%"]))
STUCK = parse_scenario({"images": [{"image": "bad", "fate": "never-ready"}]})


def node(name: str) -> dict[str, Any]:
    room = {"cpu": "64", "memory": "64Gi", "pods": "200"}
    status = {"capacity": room, "allocatable": room, "conditions": [{"type": "Ready", "status": "True"}]}
    labels = {"kubernetes.io/hostname": name}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "status": status,
    }


def deployment(count: int, image: str, strategy: dict[str, Any] | None = None) -> dict[str, Any]:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": image}]}}
    spec: dict[str, Any] = {"replicas": count, "selector": {"matchLabels": labels}, "template": template}
    if strategy is not None:
        spec["strategy"] = {"type": "RollingUpdate", "rollingUpdate": strategy}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def cluster(*nodes: str) -> Cluster:
    made = Cluster.of([node(name) for name in nodes], scenario=STUCK)
    made.advance(1)
    return made


def living(made: Cluster) -> list[Any]:
    return [pod for pod in made.store.list("", "Pod") if not is_terminating(pod)]


@FEW
@given(count=st.integers(1, 8), surge=BOUND, unavailable=BOUND, image=st.sampled_from(["good:2", "bad"]))
def test_a_rollout_keeps_its_bounds(count: int, surge: int | str, unavailable: int | str, image: str) -> None:
    strategy = {"maxSurge": surge, "maxUnavailable": unavailable}
    if {surge, unavailable} <= {0}:
        strategy["maxSurge"] = 1
    made = cluster("n1", "n2")
    made.kubectl.apply([deployment(count, "good:1", strategy)])
    made.run()
    assert sum(map(is_ready, living(made))) == count
    most_surge, most_unavailable = fenceposts(deployment(count, image, strategy))
    seen: list[tuple[int, int]] = []

    def watch(_: Any) -> None:
        wanted = total(made.store.list("apps", "ReplicaSet"))
        seen.append((wanted, sum(map(is_ready, living(made)))))

    made.store.subscribe(watch)
    made.kubectl.apply([deployment(count, image, strategy)])
    made.run()
    assert max(wanted for wanted, _ in seen) <= count + most_surge
    assert min(ready for _, ready in seen) >= count - most_unavailable
    assert image == "bad" or {pod["spec"]["containers"][0]["image"] for pod in living(made)} == {image}


@FEW
@given(count=st.integers(1, 6), keep=st.integers(0, 6))
def test_a_drain_keeps_the_budget(count: int, keep: int) -> None:
    made = cluster("n1", "n2")
    budget = {"minAvailable": keep, "selector": {"matchLabels": {"app": "web"}}}
    made.kubectl.apply(
        [
            deployment(count, "good:1"),
            {
                "apiVersion": "policy/v1",
                "kind": "PodDisruptionBudget",
                "metadata": {"name": "b"},
                "spec": budget,
            },
        ]
    )
    made.run()
    least = count
    enough = min(keep, count)

    def watch(_: Any) -> None:
        nonlocal least
        least = min(least, sum(map(is_ready, living(made))))

    made.store.subscribe(watch)
    printed = made.kubectl.run("drain", "n1", "--timeout=60s")
    assert least >= enough
    left = {node_of(pod) for pod in living(made)}
    assert (left <= {"n2"}) == (not any("global timeout" in line for line in printed.err))


@FEW
@given(
    counts=st.lists(st.integers(0, 4), min_size=1, max_size=3),
    cascade=st.sampled_from(["background", "foreground"]),
)
def test_deletion_leaves_no_orphan_and_owners_exist(counts: list[int], cascade: str) -> None:
    made = cluster("n1")
    dangling: list[str] = []
    for index, count in enumerate(counts):
        made.kubectl.apply([deployment(count, f"good:{index}")])
        made.run()
        dangling += [f"{index}: {name}" for name in without_owner(made)]
    assert not dangling
    assert sum(map(replicas_of, made.store.list("apps", "ReplicaSet"))) == counts[-1]
    made.kubectl.run("delete", "deployment", "web", f"--cascade={cascade}")
    made.run()
    assert not made.store.list("", "Pod")
    assert not made.store.list("apps", "ReplicaSet")
    assert not made.store.list("apps", "Deployment")


def test_the_same_run_twice_gives_the_same_bytes() -> None:
    def play() -> tuple[list[str], list[Any]]:
        made = cluster("n1", "n2")
        for image in ("good:1", "good:2", "bad"):
            made.kubectl.apply([deployment(5, image)])
            made.run()
        made.kubectl.run("drain", "n1", "--timeout=30s")
        return [as_json(entry, made.started) for entry in made.stage.timeline], list(made.store)

    assert play() == play()


def without_owner(made: Cluster) -> list[str]:
    uids = {value["metadata"].get("uid") for value in made.store}
    return [
        value["metadata"]["name"]
        for value in made.store
        for owner in value["metadata"].get("ownerReferences") or ()
        if owner["uid"] not in uids
    ]


def test_a_stuck_rollout_that_is_scaled_down_keeps_what_is_available() -> None:
    """The old ReplicaSet is not taken to have more pods than it has left."""
    stuck = parse_scenario({"images": [{"image": "bad*", "fate": "never-ready"}]})
    made = Cluster.of([node("n1")], scenario=stuck)
    made.advance(1)
    for count, image in ((10, "good"), (10, "bad:2"), (15, "bad:2"), (15, "bad:3"), (7, "bad:3")):
        made.kubectl.apply([deployment(count, image, {"maxSurge": 3, "maxUnavailable": 2})])
        made.advance(60)
    assert sum(map(is_ready, living(made))) == 5
