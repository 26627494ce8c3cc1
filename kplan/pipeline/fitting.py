"""How many more pods of a manifest fit on nodes, and within what their namespace allows."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kplan.diagnostics import Diagnostic, has_error
from kplan.errors import UsageError
from kplan.pipeline.answering import USUAL, Question, admissions, picture_of, profile_of, report_of
from kplan.pipeline.loaded import Loaded
from kplan.pipeline.states import State
from kplan.report import Report
from kplan.report_parts import Fits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kplan.api.object import Json
    from kplan.scheduler.capacity import Capacity
    from kplan.scheduler.picture import Picture
    from kplan.scheduler.profile import Profile

_ONE_EACH: Final = "a DaemonSet has one pod on a node, and no other node takes one"


def capacity(
    loaded: Loaded, state: State, question: Question = USUAL, *, most: int = 10_000, at_least: int = 0
) -> Report:
    """Count how many more pods of each manifest fit on nodes and within quotas; it failed if fewer do than asked.

    None fit if the namespace forbids the first one: by quota, LimitRange or Pod Security. Raises UsageError.
    """
    from kplan.apiserver.errors import StatusError
    from kplan.kubectl.diagnose import diagnose
    from kplan.kubectl.reading import Failure
    from kplan.scheduler.capacity import Capacity

    picture = picture_of(state, question)
    found, refused = [], list[Diagnostic]()
    for item, pod in admissions(loaded, state, question.kubernetes):
        if not isinstance(pod, StatusError):
            found.append(Fits(str(item.key), _capacity(picture, item.value, pod, state, question, most)))
        elif pod.code == 403:
            found.append(Fits(str(item.key), Capacity(0, {}, pod.message, {})))
        else:
            refused += diagnose(Failure(item, pod))
    if not found and not has_error([*loaded.diagnostics, *refused]):
        raise UsageError("the input holds no pod and no workload with a pod template")
    short = any(one.capacity.pods < at_least for one in found)
    return report_of("capacity", loaded, state, question, refused)._replace(
        answers=tuple(found), failed=short
    )


def _capacity(
    picture: "Picture", owner: "Json", pod: "Json", state: State, question: Question, most: int
) -> "Capacity":
    """How many copies of a pod the nodes take and the quotas of its namespace allow."""

    def count(limit: int) -> "Capacity":
        return _on_nodes(picture, owner, pod, question, limit)

    found = count(most)
    allowed, refusal = _within_quota(pod, state, question.kubernetes, found.pods + 1)
    if not refusal or allowed > found.pods:
        return found
    return replace(count(allowed), limit=refusal)


def _on_nodes(picture: "Picture", owner: "Json", pod: "Json", question: Question, most: int) -> "Capacity":
    from itertools import islice

    from kplan.scheduler.capacity import Capacity, daemons
    from kplan.scheduler.capacity import capacity as count
    from kplan.scheduler.plugins.scheduling_gates import waits_for

    profile = profile_of(question, pod)
    if gates := waits_for(pod):
        return Capacity(0, {}, gates, {})
    if name := pod["spec"].get("nodeName"):
        return _on_node(picture, name, pod, most, profile)
    if owner["kind"] != "DaemonSet":
        return count(picture, pod, most=most, profile=profile)
    found = daemons(picture, islice(_daemon_pods(picture, owner, pod), most), profile=profile)
    return found if found.limit or found.pods == most else replace(found, limit=_ONE_EACH)


def _on_node(picture: "Picture", name: str, pod: "Json", most: int, profile: "Profile") -> "Capacity":
    """How many fit on the node that ``nodeName`` names:
    no scheduler is asked, and the kubelet looks at that node alone.
    """
    from kplan.scheduler.capacity import Capacity
    from kplan.scheduler.capacity import capacity as count

    nodes = tuple(node for node in picture.nodes if node["metadata"]["name"] == name)
    if not nodes:
        return Capacity(0, {}, f"spec.nodeName names node '{name}', which is not there", {})
    spec = pod["spec"]
    unasked = [*(spec.get("tolerations") or ()), {"operator": "Exists", "effect": "NoSchedule"}]
    alone = replace(picture, nodes=nodes, running=tuple(one for one in picture.running if one[1] == name))
    found = count(alone, {**pod, "spec": {**spec, "tolerations": unasked}}, most=most, profile=profile)
    return (
        replace(found, limit=f"spec.nodeName allows node '{name}' alone: {found.limit}")
        if found.limit
        else found
    )


def _daemon_pods(picture: "Picture", owner: "Json", pod: "Json") -> "Iterator[Json]":
    """A pod for each node that a DaemonSet is meant for and has none on."""
    from kplan.api.owners import controller_of
    from kplan.controllers.daemonset.nodes import pinned, should_run, with_daemon_tolerations

    name, namespace = owner["metadata"]["name"], pod["metadata"]["namespace"]
    taken = {
        node
        for one, node in picture.running
        if one["metadata"].get("namespace") == namespace
        and (made := controller_of(one)) is not None
        and (made["kind"], made["name"]) == ("DaemonSet", name)
    }
    spec = with_daemon_tolerations(pod["spec"])
    for node in picture.nodes:
        place = node["metadata"]["name"]
        if place not in taken and should_run(owner, node)[0]:
            metadata = {**pod["metadata"], "name": f"{name}-{place}", "uid": place}
            yield {
                **pod,
                "metadata": metadata,
                "spec": {**spec, "affinity": pinned(spec.get("affinity"), place)},
            }


def _within_quota(pod: "Json", state: State, kubernetes: str, most: int) -> tuple[int, str]:
    """How many copies of a pod, each with its claims, the API server accepts, and what it says to the next one."""
    from kplan.apiserver.errors import StatusError
    from kplan.apiserver.server import Server
    from kplan.scheduler.ownclaims import claims_of
    from kplan.schema.catalog import Catalog

    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    if not state.store.list("", "ResourceQuota", namespace):
        return most, ""
    server = Server(state.store.fork(), catalog=Catalog.for_version(kubernetes))
    metadata = {
        "generateName": f"{name}-", "namespace": namespace, "labels": pod["metadata"].get("labels") or {}
    }  # fmt: skip
    for number in range(most):
        try:
            made = server.create({**pod, "metadata": dict(metadata)}, namespace=namespace).value
            for claim in claims_of(made):
                server.create(claim, namespace=namespace)
        except StatusError as refused:
            return number, refused.message
    return most, ""
