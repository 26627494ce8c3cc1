"""Objects as the server prints them, where a verb prints them itself, as a real kubectl 1.36 did."""

import json
import shlex
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.printed import Printed

EVENT: dict[str, Any] = {
    "apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "default"},
    "involvedObject": {"kind": "Pod", "name": "p", "namespace": "default"}, "reason": "Odd", "type": "Warning",
}  # fmt: skip
ATTACHMENT: dict[str, Any] = {
    "apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "va"},
    "spec": {"attacher": "a.b", "nodeName": "n", "source": {"persistentVolumeName": "v"}},
}  # fmt: skip


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([])
    made.kubectl.apply([EVENT, ATTACHMENT])
    said(made, "create configmap cm --from-literal=a=1")
    said(made, "create deployment web --image=nginx")
    made.run()
    return made


def said(cluster: Cluster, line: str) -> Printed:
    return cluster.kubectl.run(*shlex.split(line))


def test_a_field_that_is_printed_though_empty_is_described(cluster: Cluster) -> None:
    assert "Status:\n  Attached:  false\n" in said(cluster, "describe volumeattachment va").stdout


def test_an_event_is_described_as_the_group_has_it_that_it_is_asked_for_by(cluster: Cluster) -> None:
    assert "Involved Object:\n" in said(cluster, "describe event e").stdout
    text = said(cluster, "describe events.events.k8s.io e").stdout
    assert "events.k8s.io/v1\n" in text
    assert "Regarding:\n" in text
    lines = "get events.events.k8s.io -o name --field-selector="
    assert said(cluster, f"{lines}regarding.name=p").out == ["event.events.k8s.io/e"]
    assert said(cluster, f"{lines}involvedObject.name=p").exit == 1


@pytest.mark.parametrize("form", ["YAML", "Json", "Kyaml", "NAME"])
def test_formats_of_objects_may_be_written_large(cluster: Cluster, form: str) -> None:
    assert said(cluster, f"get cm cm -o {form}") == said(cluster, f"get cm cm -o {form.lower()}")


def test_equal_objects_are_sorted_as_go_sorts_them(cluster: Cluster) -> None:
    for at in range(16):
        said(cluster, f"create configmap many-{at:02} --from-literal=n={int(at == 14)}")
        said(cluster, f"label configmap many-{at:02} many=yes")
    names = said(cluster, "get cm -l many -o name --sort-by=.data.n").out
    places = "8 9 2 3 4 5 1 6 0 7 10 11 12 13 15 14"
    assert names == [f"configmap/many-{int(at):02}" for at in places.split()]


def test_events_are_printed_without_their_managers(cluster: Cluster) -> None:
    shown = next(
        one
        for one in json.loads(said(cluster, "events -o json").stdout)["items"]
        if one["metadata"]["name"] == "e"
    )
    assert shown["eventTime"] is None
    assert "managedFields" not in shown["metadata"]


@pytest.mark.parametrize(
    ("line", "out", "err"),
    [
        (
            "set env deploy/web -c none --list",
            "",
            'Warning: Deployment/web does not have any containers matching "none"\n',
        ),
        ("set env cm/cm --list", "", ""),
        (
            "events --for=pod/a/b",
            "",
            "error: arguments in resource/name form may not have more than one slash\n",
        ),
    ],
)
def test_lines(cluster: Cluster, line: str, out: str, err: str) -> None:
    printed = said(cluster, line)
    assert (printed.stdout, printed.stderr) == (out, err)


def test_what_is_undone_is_shown_as_its_template_is(cluster: Cluster) -> None:
    said(cluster, "annotate deploy web kubernetes.io/change-cause=first")
    cluster.run()
    shown = said(cluster, "rollout undo deploy/web --to-revision=1 --dry-run=client").stdout
    assert "change-cause" not in shown
    assert "change-cause: first" in said(cluster, "rollout history deploy/web --revision=1").stdout
