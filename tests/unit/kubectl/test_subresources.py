"""Subresources, forced applies and what kubectl says of patches and files that cannot be read."""

import json
import shlex
from pathlib import Path

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.printed import Printed

JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: IMAGE}]}}}
"""


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([])
    said(made, "create deployment web --image=nginx")
    return made


def said(cluster: Cluster, line: str) -> Printed:
    return cluster.kubectl.run(*shlex.split(line))


def test_the_scale_is_patched_and_printed(cluster: Cluster) -> None:
    patch = """patch deploy web --subresource=scale --type=merge -p '{"spec": {"replicas": 3}}'"""
    assert said(cluster, patch).stdout == "scale.autoscaling/web patched\n"
    assert said(cluster, patch).stdout == "scale.autoscaling/web patched (no change)\n"
    assert said(cluster, "get deploy web -o jsonpath={.spec.replicas}").stdout == "3"
    assert said(cluster, "get deploy web --subresource=scale").stdout.splitlines()[0].split() == [
        "NAME", "DESIRED", "AVAILABLE", "AGE",
    ]  # fmt: skip
    scale = json.loads(said(cluster, "get deploy web --subresource=scale -o json").stdout)
    assert (scale["kind"], scale["spec"], scale["status"]["selector"]) == (
        "Scale",
        {"replicas": 3},
        "app=web",
    )
    assert said(cluster, "get deploy web --subresource=status -o name").stdout == "deployment.apps/web\n"
    assert "could not find the requested resource" in said(cluster, "get deploy web --subresource=x").stderr


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        ("-p '{x'", "invalid character 'x' looking for beginning of object key string"),
        ("-p '[1]'", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
        ("--type=merge -p '[1]'", "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"),
        ("--type=json -p '{}'", "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"),
    ],
)  # fmt: skip
def test_patches_are_read_by_the_server(cluster: Cluster, patch: str, error: str) -> None:
    assert said(cluster, f"patch deploy web {patch}").stderr == f"Error from server (BadRequest): {error}\n"


def test_what_cannot_be_changed_is_made_anew_by_force(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    file.write_text(JOB.replace("IMAGE", "a:1"))
    assert said(cluster, f"apply -f {file}").stdout == "job.batch/once created\n"
    file.write_text(JOB.replace("IMAGE", "a:2"))
    assert "field is immutable" in said(cluster, f"apply -f {file}").stderr
    assert said(cluster, f"apply -f {file} --force").stdout == "job.batch/once configured\n"
    assert said(cluster, "get job once -o jsonpath={..image}").stdout == "a:2"
    assert "cannot be used with --force" in said(cluster, f"apply -f {file} --force --dry-run=server").stderr


def test_a_dry_run_of_the_client_shows_what_would_be_sent(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n" + JOB.replace("IMAGE", "i"))
    text = said(cluster, f"apply -f {file} --dry-run=client -o json").stdout
    assert [*json.loads(text)] == ["kind", "apiVersion", "metadata", "items"]
    assert "uid" not in text
    assert "completions" not in text


def test_files_without_a_type_are_not_valid(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("kind: ConfigMap\nmetadata: {name: a}\n")
    assert said(cluster, f"create -f {file}").stderr == (
        f'error: error validating "{file}": error validating data: apiVersion not set; if you choose to ignore these '
        "errors, turn validation off with --validate=false\n"
    )
    file.write_text("a: [1\nb: 2\n")
    assert "yaml: line 1: did not find expected ',' or ']'" in said(cluster, f"create -f {file}").stderr
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a\x01}\n")
    assert (
        "YAML to JSON: yaml: control characters are not allowed" in said(cluster, f"create -f {file}").stderr
    )


def test_a_rule_of_an_ingress_has_one_option(cluster: Cluster) -> None:
    def tls(*rules: str) -> str:
        words = " ".join(f"--rule={rule}" for rule in rules)
        return said(cluster, f"create ingress x {words} --dry-run=client -o jsonpath={{.spec.tls}}").stdout

    assert (
        tls("a.com/=s:80,tls=one", "b.com/=s:80,tls=one")
        == '[{"hosts":["a.com","b.com"],"secretName":"one"}]'
    )
    assert tls("a.com/=s:80,tls", "a.com/x=s:80,tls=two") == '[{"hosts":["a.com"]}]'
