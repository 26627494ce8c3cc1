"""kubectl edit: what the editor shows, and what becomes of what was saved there, as a real kubectl 1.36 did it."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.invocation import run
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Edited

Change = Callable[[str], str]
KEPT = 'A copy of your changes has been stored to "/edits/%d.yaml"\n'
STUCK = "error: Edit cancelled, no valid changes were saved.\n"
UNCHANGED = "Edit cancelled, no changes made.\n"
WIDGETS: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.a.example"},
    "spec": {
        "group": "a.example", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
        "versions": [{
            "name": "v1", "served": True, "storage": True,
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        }],
    },
}  # fmt: skip


class Typist:
    """An editor that makes one change after the other, and then none any more."""

    program = "kubectl"

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = list(changes)
        self.shown: list[str] = []
        self.files: set[str] = set()

    def open(self, text: str, suffix: str) -> Edited:
        self.shown.append(text)
        path = f"/edits/{len(self.shown)}{suffix}"
        self.files.add(path)
        return Edited(self._changes.pop(0)(text) if self._changes else text, path)

    def forget(self, path: str) -> None:
        self.files.remove(path)


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([])
    made.kubectl.apply([WIDGETS])
    made.run()
    made.kubectl.run("create", "configmap", "cm", "--from-literal=a=1")
    made.kubectl.run("create", "configmap", "other", "--from-literal=a=1")
    made.kubectl.run("create", "deployment", "web", "--image=nginx")
    made.kubectl.apply(
        [{"apiVersion": "a.example/v1", "kind": "Widget", "metadata": {"name": "w"}, "size": 1}]
    )
    return made


def edited(cluster: Cluster, line: str, *changes: Change) -> tuple[Printed, Typist]:
    typist = Typist(changes)
    return run(line.split(), replace(cluster.kubectl.context, editor=typist)), typist


def put(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert re.search(old, text)
        return re.sub(old, new, text)

    return change


def test_the_editor_shows_the_object_without_its_owners(cluster: Cluster) -> None:
    printed, typist = edited(cluster, "edit cm cm")
    assert (printed.stdout, printed.stderr, printed.exit) == ("", UNCHANGED, 0)
    assert typist.files == set()
    head, _, text = typist.shown[0].partition("#\n")
    assert head.startswith("# Please edit the object below. Lines beginning with a '#' will be ignored,\n")
    assert text == cluster.kubectl.run("get", "cm", "cm", "-o", "yaml").stdout


def test_comments_and_layout_are_no_changes(cluster: Cluster) -> None:
    assert (
        edited(cluster, "edit cm cm", put("data:\n  a: ", "# note\ndata:\n   a:   "))[0].stderr == UNCHANGED
    )


@pytest.mark.parametrize(
    ("line", "old", "new", "out", "get", "value"),
    [
        ("edit cm cm", 'a: "1"', 'a: "2"', "configmap/cm edited\n", "cm cm -o jsonpath={.data.a}", "2"),
        ("edit cm/cm -o json", '"a": "1"', '"a": "3"', None, "cm cm -o jsonpath={.data.a}", "3"),
        ("edit cm cm -o kyaml", 'a: "1"', 'a: "4"', None, "cm cm -o jsonpath={.data.a}", "4"),
        (
            "edit deploy web --output-patch", "replicas: 1", "replicas: 2",
            'Patch: {"spec":{"replicas":2}}\ndeployment.apps/web edited\n', "deploy web -o jsonpath={.spec.replicas}", "2",
        ),
        (
            "edit deploy web --output-patch", "image: nginx", "image: httpd",
            ('Patch: {"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"nginx"}],'
            '"containers":[{"image":"httpd","name":"nginx"}]}}}}\ndeployment.apps/web edited\n'),
            "deploy web -o jsonpath={..image}", "httpd",
        ),
        (
            "edit widget w --output-patch", "size: 1", "size: 2",
            'Patch: {"size":2}\nwidget.a.example/w edited\n', "widget w -o jsonpath={.size}", "2",
        ),
    ],
)  # fmt: skip
def test_what_was_changed_is_sent_as_a_patch(
    cluster: Cluster, line: str, old: str, new: str, out: str | None, get: str, value: str
) -> None:
    printed, typist = edited(cluster, line, put(old, new))
    assert (printed.stderr, printed.exit, typist.files) == ("", 0, set())
    assert out is None or printed.stdout == out
    assert cluster.kubectl.run("get", *get.split()).stdout == value


def test_several_objects_are_edited_as_a_list(cluster: Cluster) -> None:
    printed, typist = edited(
        cluster, "edit cm cm other", put("name: other\n", "name: other\n    labels: {a: b}\n")
    )
    assert printed.stdout == "configmap/cm skipped\nconfigmap/other edited\n"
    assert "kind: List\nmetadata: {}\n" in typist.shown[0]


@pytest.mark.parametrize(
    ("line", "old", "new", "err", "reasons"),
    [
        (
            "edit deploy web", "replicas: 1", "replicas: -1", 'error: deployments.apps "web" is invalid\n',
            '# deployments.apps "web" was not valid:\n# * spec.replicas: Invalid value: -1: must be greater than or equal to 0\n#\n',
        ),
        (
            "edit deploy web", "replicas: 1", "replicasx: 1", 'error: deployments.apps "web" is invalid\n',
            ('# deployments.apps "web" was not valid:\n# * patch: Invalid value: "map[spec:map[replicas:<nil> replicasx:1]]": '
            'strict decoding error: unknown field "spec.replicasx"\n#\n'),
        ),
        (
            "edit cm cm", 'a: "1"', "a: [", 'error: configmaps "cm" is invalid\n',
            ('# configmaps "cm" was not valid:\n# * <nil>: Invalid value: "The edited file failed validation": '
            "yaml: line 4: did not find expected ',' or ']'\n#\n"),
        ),
        (
            "edit cm cm", "(?s).*", "", 'error: configmaps "cm" is invalid\n',
            ('# configmaps "cm" was not valid:\n# * <nil>: Invalid value: "The edited file failed validation": '
            "invalid object to validate\n#\n"),
        ),
        (
            "edit cm cm", "kind: ConfigMap", "kind: 3", 'error: configmaps "cm" is invalid\n',
            ('# configmaps "cm" was not valid:\n# * <nil>: Invalid value: "The edited file failed validation": '
            "kind isn't string type\n#\n"),
        ),
        (
            "edit cm cm", "kind: ConfigMap", "", 'error: configmaps "cm" is invalid\n',
            ('# configmaps "cm" was not valid:\n# * <nil>: Invalid value: "The edited file failed validation": '
            "kind not set\n#\n"),
        ),
        (
            "edit cm cm", "(kind|apiVersion): .*", "", 'error: configmaps "cm" is invalid\n',
            ('# configmaps "cm" was not valid:\n# * <nil>: Invalid value: "The edited file failed validation": '
            "[apiVersion not set, kind not set]\n#\n"),
        ),
        (
            "edit cm cm", "kind: ConfigMap", "kind: Nope", "",
            ('# The edited file had a syntax error: resource mapping not found for name: "cm" namespace: "default" from '
            '"edited-file": no matches for kind "Nope" in version "v1"\n# ensure CRDs are installed first\n#\n'),
        ),
    ],
)  # fmt: skip
def test_what_is_refused_is_opened_again_with_the_reasons(
    cluster: Cluster, line: str, old: str, new: str, err: str, reasons: str
) -> None:
    printed, typist = edited(cluster, line, put(old, new))
    assert (printed.stderr, printed.exit) == (err + KEPT % 2 + STUCK, 1)
    assert typist.files == {"/edits/2.yaml"}
    assert typist.shown[1].partition("failures.\n#\n")[2].startswith(reasons)


def test_a_second_try_may_be_right(cluster: Cluster) -> None:
    changes = put("replicas: 1", "replicas: -1"), put("replicas: -1", "replicas: 3")
    printed, typist = edited(cluster, "edit deploy web", *changes)
    assert printed.stdout == "deployment.apps/web edited\n"
    assert printed.stderr == 'error: deployments.apps "web" is invalid\n'
    assert (printed.exit, typist.files) == (0, set())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: cm\n", "name: mc\n", "At least one of apiVersion, kind and name was changed"),
        ("kind: ConfigMap", "kind: Secret", "At least one of apiVersion, kind and name was changed"),
        ("uid: .*", "uid: abc", "no original object found for &unstructured.Unstructured{Object:map[string]interface {}{"),
        (
            "namespace: default", "namespace: shop",
            ('the namespace from the provided object "shop" does not match the namespace "default". '
            "You must pass '--namespace=shop' to perform this operation."),
        ),
    ],
)  # fmt: skip
def test_another_object_is_not_what_was_edited(cluster: Cluster, old: str, new: str, said: str) -> None:
    printed, typist = edited(cluster, "edit cm cm", put(old, new))
    assert printed.stderr.startswith(f"{KEPT % 1}error: {said}")
    assert (printed.exit, typist.files) == (1, {"/edits/1.yaml"})


def test_a_conflict_is_left_to_replace(cluster: Cluster) -> None:
    printed, typist = edited(cluster, "edit cm cm", put("resourceVersion: .*", 'resourceVersion: "1"'))
    assert printed.stderr == (
        'error: configmaps "cm" could not be patched: Operation cannot be fulfilled on configmaps "cm": the object has '
        "been modified; please apply your changes to the latest version and try again\n"
        "You can run `kubectl replace -f /edits/1.yaml` to try this update again.\n"
    )
    assert (printed.exit, typist.files) == (1, {"/edits/1.yaml"})


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("edit cm none", 'Error from server (NotFound): configmaps "none" not found\n'),
        ("edit cm cm none", 'Error from server (NotFound): configmaps "none" not found\n'),
        ("edit nope/x", "error: the server doesn't have a resource type \"nope\"\n"),
        ("edit cm cm --subresource=status", "Error from server (NotFound): the server could not find the requested resource\n"),
        ("edit cm cm -o name", 'error: unable to match a printer suitable for the output format "name", allowed formats are: json,kyaml,yaml\n'),
        ("edit cm cm --validate=x", 'error: invalid - validate option "x"; must be one of: strict (or true), warn, ignore (or false)\n'),
    ],
)  # fmt: skip
def test_nothing_is_opened_where_nothing_can_be_edited(cluster: Cluster, line: str, err: str) -> None:
    printed, typist = edited(cluster, line)
    assert (printed.stderr, printed.exit, typist.shown) == (err, 1, [])


def test_the_configuration_is_saved_where_that_is_asked_for(cluster: Cluster) -> None:
    edited(cluster, "edit cm cm --save-config", put('a: "1"', 'a: "2"'))
    applied = cluster.kubectl.run("apply", "view-last-applied", "cm", "cm", "-o", "json").stdout
    assert json.loads(applied)["data"] == {"a": "2"}


def test_what_is_created_may_be_edited_first(cluster: Cluster, tmp_path: Any) -> None:
    file = tmp_path / "two.yaml"
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {a: b}\n"
    file.write_text(text % "one" + "---\n" + text % "two")
    printed, typist = edited(cluster, f"create -f {file} --edit", put("a: b", "a: c"))
    assert (printed.stdout, printed.stderr) == ("configmap/one created\n", UNCHANGED)
    assert (len(typist.shown), typist.files) == (2, set())
    assert cluster.kubectl.run("get", "cm", "one", "-o", "jsonpath={.data.a}").stdout == "c"
    printed, typist = edited(cluster, f"create -f {file} --edit", put("a: b", "a: c"))
    assert printed.stderr == KEPT % 1 + 'Error from server (AlreadyExists): configmaps "one" already exists\n'
    assert (printed.exit, len(typist.shown)) == (1, 1)
