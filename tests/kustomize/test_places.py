"""Every value of a built object is found in the file, line and column that a person would edit."""

from pathlib import Path

import pytest

from kplan import pipeline
from kplan.api.object import Object
from kplan.fieldpath import FieldPath

_BASE = """\
# the base
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: runner
      containers:
      - name: main
        image: registry.example/web:1.0
        args: [serve, --quiet]
        env:
        - {name: MODE, value: plain}
        - {name: REGION, value: north}
      - name: side
        image: registry.example/side:2.0
"""
_LISTED = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: first}
  spec: {ports: [{port: 80}]}
- apiVersion: v1
  kind: Service
  metadata: {name: second}
  spec: {ports: [{port: 8080, name: other}]}
"""
_PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: side
        resources: {limits: {memory: 64Mi}}
      - name: late
        image: registry.example/late:3.0
      - name: main
        env:
        - {name: REGION, value: south}
"""
_OVERLAY = """\
namePrefix: prod-
namespace: live
resources:
- ../base
components: [../zone]
labels:
- pairs: {tier: front}
commonAnnotations:
  owner: team-a
images:
- name: registry.example/web
  newTag: "1.7"
replicas:
- {name: web, count: 4}
patches:
- path: patch.yaml
- target: {kind: Service, name: second}
  patch: |-
    - op: replace
      path: /spec/ports/0/port
      value: 9090
    - op: add
      path: /spec/type
      value: NodePort
- patch: |
    # written out
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      minReadySeconds: 12
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: first}
    spec: {sessionAffinity: ClientIP}
- patch: '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "first"}, "spec": {"publishNotReadyAddresses": true}}'
configMapGenerator:
- name: settings
  literals:
  - colour=teal
  - mode=fast
  files: [notes.txt]
replacements:
- source: {kind: Service, name: first, fieldPath: spec.ports.0.port}
  targets:
  - select: {kind: Deployment}
    fieldPaths:
    - spec.template.spec.containers.[name=side].env.0.value
    options: {create: true}
"""
_FILES = {
    "base/kustomization.yaml": "resources: [all.yaml, listed.yaml]\n",
    "base/all.yaml": _BASE,
    "base/listed.yaml": _LISTED,
    "zone/kustomization.yaml": (
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonLabels: {zone: a1}\n"
        "configMapGenerator:\n- {name: settings, behavior: merge, literals: [extra=yes]}\n"
    ),
    "prod/kustomization.yaml": _OVERLAY,
    "prod/patch.yaml": _PATCH,
    "prod/notes.txt": "a note\n",
}
_CONTAINERS = ("spec", "template", "spec", "containers")
_PLACES = (
    ("Deployment", (*_CONTAINERS, 2, "args", 1), "base/all.yaml", "--quiet"),
    ("Deployment", ("spec", "template", "spec", "serviceAccountName"), "base/all.yaml", "runner"),
    ("Deployment", ("spec", "template", "metadata", "labels", "app"), "base/all.yaml", "web"),
    ("Deployment", (*_CONTAINERS, 2, "env", 1, "value"), "base/all.yaml", "plain"),
    ("Deployment", (*_CONTAINERS, 0, "image"), "base/all.yaml", "registry.example/side:2.0"),
    ("Deployment", (*_CONTAINERS, 0, "resources", "limits", "memory"), "prod/patch.yaml", "64Mi"),
    ("Deployment", (*_CONTAINERS, 1, "image"), "prod/patch.yaml", "registry.example/late:3.0"),
    ("Deployment", (*_CONTAINERS, 2, "env", 0, "value"), "prod/patch.yaml", "south"),
    ("Deployment", (*_CONTAINERS, 2, "image"), "prod/kustomization.yaml", '"1.7"'),
    ("Deployment", ("spec", "replicas"), "prod/kustomization.yaml", "4"),
    ("Deployment", ("spec", "minReadySeconds"), "prod/kustomization.yaml", "12"),
    ("Deployment", ("metadata", "labels", "tier"), "prod/kustomization.yaml", "front"),
    ("Deployment", ("metadata", "annotations", "owner"), "prod/kustomization.yaml", "team-a"),
    ("Deployment", ("spec", "selector", "matchLabels", "zone"), "zone/kustomization.yaml", "a1"),
    ("Deployment", ("metadata", "namespace"), "prod/kustomization.yaml", "live"),
    ("Deployment", ("metadata", "name"), "base/all.yaml", "web"),
    ("Deployment", (*_CONTAINERS, 0, "env", 0, "value"), "prod/kustomization.yaml", "spec.template.spec.containers.[name=side]"),
    ("Namespace", ("metadata", "name"), "prod/kustomization.yaml", "live"),
    ("prod-second", ("spec", "ports", 0, "port"), "prod/kustomization.yaml", "9090"),
    ("prod-second", ("spec", "ports", 0, "name"), "base/listed.yaml", "other"),
    ("prod-second", ("spec", "type"), "prod/kustomization.yaml", "NodePort"),
    ("prod-first", ("spec", "ports", 0, "port"), "base/listed.yaml", "80"),
    ("prod-first", ("spec", "sessionAffinity"), "prod/kustomization.yaml", "ClientIP"),
    ("prod-first", ("spec", "publishNotReadyAddresses"), "prod/kustomization.yaml", "'{\"apiVersion\""),
    ("ConfigMap", ("data", "mode"), "prod/kustomization.yaml", "mode=fast"),
    ("ConfigMap", ("data", "notes.txt"), "prod/kustomization.yaml", "notes.txt"),
    ("ConfigMap", ("data", "extra"), "zone/kustomization.yaml", "extra=yes"),
    ("ConfigMap", ("metadata", "name"), "prod/kustomization.yaml", "settings"),
)  # fmt: skip


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Object]:
    for name, text in _FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    loaded = pipeline.build("prod")
    assert not [one for one in loaded.diagnostics if one.rule == "KUS001"]
    return {name: one for one in loaded.objects for name in (one.gvk.kind, one.name)}


@pytest.mark.parametrize(("name", "steps", "file", "written"), _PLACES)
def test_a_value_stands_where_it_is_written(
    built: dict[str, Object], tmp_path: Path, name: str, steps: tuple[str | int, ...], file: str, written: str
) -> None:
    origin = built[name].origin
    assert origin is not None
    place = origin.location(FieldPath.of(*steps))
    assert (place.file, place.built_by) == (file, "prod")
    line = (tmp_path / file).read_text().splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith(written)


def test_what_is_not_there_is_missing_where_its_parent_is_written(built: dict[str, Object]) -> None:
    origin = built["Deployment"].origin
    assert origin is not None
    for index, place in ((0, "base/all.yaml:25"), (1, "prod/patch.yaml:10"), (2, "base/all.yaml:19")):
        found = origin.location(FieldPath.of(*_CONTAINERS, index, "securityContext"))
        assert f"{found.file}:{found.line}" == place


def test_the_name_of_a_field_has_a_place_too(built: dict[str, Object]) -> None:
    origin = built["Deployment"].origin
    assert origin is not None
    path = FieldPath.of(*_CONTAINERS, 0, "resources", "limits", "memory")
    assert str(origin.location(path, key=True)) == "prod/patch.yaml:9:30"
    assert origin.excerpt(path, key=True).splitlines()[-2:] == [
        "9 |         resources: {limits: {memory: 64Mi}}",
        "  |                              ^^^^^^",
    ]
