"""All values of a built tree are looked up where kplan says that they stand:
in a base, in patches of every style, in generators.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kplan import pipeline
from kplan.api.object import Object
from kplan.fieldpath import FieldPath

_APPLICATIONS = 6
_APPLICATION = """\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{0}
  labels: {{app: app-{0}}}
spec:
  replicas: {1}
  selector: {{matchLabels: {{app: app-{0}}}}}
  template:
    metadata:
      labels: {{app: app-{0}}}
    spec:
      terminationGracePeriodSeconds: 4{0}
      containers:
      - name: main
        image: registry.example/app-{0}:1.{0}
        command: ["run", '--port', "80{0}"]
        env:
        - {{name: MODE_{0}, value: plain-{0}}}
        - name: TEXT_{0}
          value: |
            several
            lines {0}
        resources:
          requests: {{cpu: 1{0}m, memory: 6{0}Mi}}
---
apiVersion: v1
kind: Service
metadata: {{name: app-{0}}}
spec:
  selector: {{app: app-{0}}}
  ports: [{{name: web-{0}, port: 80{0}, targetPort: 90{0}}}]
"""
_OVERLAY = """\
resources: [../base]
patches:
- path: strategic.yaml
- target: {kind: Service, name: app-2}
  patch: |-
    - {op: add, path: /spec/sessionAffinity, value: ClientIP}
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: app-3}
    spec: {revisionHistoryLimit: 33}
labels:
- pairs: {tier: front}
images:
- {name: registry.example/app-4, newName: registry.example/other, newTag: "4.4"}
replicas:
- {name: app-5, count: 55}
configMapGenerator:
- name: settings
  literals: [colour=teal]
  envs: [settings.env]
  files: [notes.txt]
generatorOptions: {disableNameSuffixHash: true}
"""
_FILES = {
    "base/kustomization.yaml": "resources: [all.yaml]\n",
    "base/all.yaml": "".join(_APPLICATION.format(number, 10 + number) for number in range(_APPLICATIONS)),
    "live/kustomization.yaml": _OVERLAY,
    "live/strategic.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app-1}\nspec:\n  template:\n    spec:\n"
        "      hostname: patched\n      containers:\n      - name: main\n        workingDir: /patched\n"
    ),
    "live/settings.env": "size=large\n",
    "live/notes.txt": "a note\n",
}
_COMPOSED = frozenset({"image"})
"""Fields whose value is put together from several places;
where they are named, the part that was changed last stands.
"""


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Object]:
    for name, text in _FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    loaded = pipeline.build("live")
    assert not loaded.diagnostics
    return list(loaded.objects)


def leaves(value: Any, *steps: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in members:
        if isinstance(inner, (dict, list)):
            yield from leaves(inner, *steps, step)
        else:
            yield (*steps, step), inner


def is_written(value: Any, text: str, steps: tuple[str | int, ...]) -> bool:
    """Whether the text that stands at a place is the value: plain, in quotes, in a block, or as a literal."""
    shown = value if isinstance(value, str) else json.dumps(value)
    ways = (shown, f'"{shown}"', f"'{shown}'", f"{steps[-1]}={shown}")
    return text.startswith(ways) or (text.startswith("|") and shown.splitlines()[0] in text)


def test_every_value_stands_where_it_is_said_to_stand(built: list[Object], tmp_path: Path) -> None:
    looked_up, elsewhere = 0, []
    for one in built:
        assert one.origin is not None
        for steps, value in leaves(one.value):
            place = one.origin.location(FieldPath.of(*steps))
            lines = (tmp_path / place.file).read_text().splitlines()
            here = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
            looked_up += 1
            if not is_written(value, here, steps):
                elsewhere.append((one.name, steps, value, str(place)))
    assert looked_up > 150
    of_files = {"notes.txt", "apiVersion", "kind"}
    unknown = [one for one in elsewhere if one[0] != "settings" and one[1][-1] not in _COMPOSED]
    assert unknown == []
    assert {one[1][-1] for one in elsewhere if one[0] == "settings"} <= {*of_files, "size"}
    changed = [one for one in elsewhere if one[1][-1] in _COMPOSED]
    assert [(one[0], one[3].partition(":")[0]) for one in changed] == [("app-4", "live/kustomization.yaml")]
