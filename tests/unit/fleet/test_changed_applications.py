"""A change of one file is reported of exactly the applications that use it:
held against building all of them, before and after.
"""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from kplan.gitops import Repository, Tree
from kplan.inputs.request import Request
from kplan.pipeline.applications import deployed
from kplan.pipeline.loading import load
from running import kplan

_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata: {key: VALUE}\n"
_SET = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: regions, namespace: argocd}
spec:
  generators:
  - git: {repoURL: https://git.example.com/deploy.git, directories: [{path: regions/*}]}
  template:
    metadata: {name: "shop-{{path.basename}}"}
    spec:
      destination: {namespace: "{{path.basename}}"}
      source: {repoURL: https://git.example.com/deploy.git, path: "{{path}}"}
"""
_PLAIN = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: tools, namespace: argocd}
spec:
  destination: {namespace: tools}
  source: {repoURL: https://git.example.com/deploy.git, path: tools, directory: {exclude: "draft*"}}
"""
_FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: billing, namespace: flux-system}
spec:
  path: ./billing
  targetNamespace: billing
  sourceRef: {kind: GitRepository, name: flux-system}
  postBuild: {substitute: {tier: gold}}
"""
_FILES = {
    "apps/set.yaml": _SET, "apps/tools.yaml": _PLAIN, "apps/billing.yaml": _FLUX,
    "base/kustomization.yaml": "resources: [map.yaml]\n",
    "base/map.yaml": _MAP.replace("NAME", "settings").replace("VALUE", "one"),
    "parts/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {team: shop}\n",
    "regions/eu/kustomization.yaml": "resources: [../../base]\ncomponents: [../../parts]\n",
    "regions/us/kustomization.yaml": "resources: [../../base]\nconfigMapGenerator: [{name: flags, files: [flags.txt]}]\n",
    "regions/us/flags.txt": "dark=1\n",
    "tools/map.yaml": _MAP.replace("NAME", "tools").replace("VALUE", "one"),
    "tools/draft.yaml": _MAP.replace("NAME", "draft").replace("VALUE", "one"),
    "billing/kustomization.yaml": "resources: [map.yaml]\n",
    "billing/map.yaml": _MAP.replace("NAME", "tier").replace("VALUE", '"${tier}"'),
    "README.md": "# Everything\n",
}  # fmt: skip
_CHANGES = {
    "base/map.yaml": "one -> two",
    "parts/kustomization.yaml": "shop -> store",
    "regions/eu/kustomization.yaml": "resources -> namePrefix: x-\nresources",
    "regions/us/flags.txt": "1 -> 0",
    "regions/us/kustomization.yaml": "flags, -> flags, options: {disableNameSuffixHash: true},",
    "tools/map.yaml": "one -> two",
    "tools/draft.yaml": "one -> two",
    "apps/billing.yaml": "gold -> silver",
    "billing/map.yaml": "${tier} -> ${tier}-x",
    "README.md": "Everything -> All",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four applications of Argo CD and Flux, of bases, a component, a generator and plain files, committed."""
    for name, text in _FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text))
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "first")):
        identity = ("-c", "user.email=a@example.com", "-c", "user.name=a")
        subprocess.run(["git", "-C", str(tmp_path), *identity, *arguments], check=True, capture_output=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def built() -> Mapping[str, Sequence[str]]:
    """By application, all that it comes to."""
    found = deployed(load(Request(("apps",))).objects, Repository(Tree("."))).applications
    return {
        f"{one.kind.partition('.')[0].lower()}/{one.title}": [
            json.dumps([one.target_namespace, each.value], sort_keys=True) for each in loaded.objects
        ]
        for one, loaded in found
    }


def changed() -> set[str]:
    """The applications that ``kplan fleet diff`` reports as changed since the commit."""
    done = kplan("fleet", "diff", "-f", "apps", "--base", "main", "-o", "json")
    assert done.out, done.err
    return {one["name"] for one in json.loads(done.out)["fleet"]["targets"] if one["outcome"] == "changed"}


@pytest.mark.usefixtures("repository")
def test_nothing_has_changed_at_first() -> None:
    assert len(built()) == 4
    assert changed() == set()


@pytest.mark.parametrize("file", _CHANGES)
def test_a_change_is_reported_of_exactly_the_applications_that_use_the_file(
    repository: Path, file: str
) -> None:
    before = built()
    old, new = _CHANGES[file].split(" -> ")
    text = (repository / file).read_text()
    assert old in text
    (repository / file).write_text(text.replace(old, new))
    after = built()
    assert changed() == {name for name in before if before[name] != after[name]}
    assert (file in {"README.md", "tools/draft.yaml"}) is (before == after)
