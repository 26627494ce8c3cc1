"""kplan diff, apply and dry-run as a user runs them."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kplan.cli.group import cli

SHOP = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.ex.com}
spec:
  group: ex.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {size: {type: integer, default: 3}}}}
---
apiVersion: ex.com/v1
kind: Widget
metadata: {name: w, namespace: shop}
spec: {}
---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: shop}
stringData: {password: hunter2, user: me}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: shop}
spec:
  containers: [{name: c, image: nginx}]
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP)
    return file


def run(*arguments: str) -> Result:
    result: Result = CliRunner().invoke(cli, list(arguments), standalone_mode=False)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def code(result: Result) -> int:
    return int(result.return_value or 0)


def changed(output: str) -> list[str]:
    return [line for line in output.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_objects_of_one_run_see_each_other(shop: Path) -> None:
    result = run("diff", "-f", str(shop))
    assert code(result) == 1
    assert not {"error", "warning"} & set(result.stderr.lower().replace(":", " ").replace("[", " ").split())
    names = [line.split()[-1] for line in result.stdout.splitlines() if line.startswith("diff ")]
    assert names == [
        "MERGED/apiextensions.k8s.io.v1.CustomResourceDefinition..widgets.ex.com", "MERGED/ex.com.v1.Widget.shop.w",
        "MERGED/v1.Namespace..shop", "MERGED/v1.Pod.shop.p", "MERGED/v1.Secret.shop.s",
    ]  # fmt: skip
    assert "+  size: 3" in result.stdout


def test_after_apply_nothing_differs(shop: Path) -> None:
    applied = run("apply", "-f", str(shop))
    assert code(applied) == 0
    assert applied.stdout.splitlines() == [
        "namespace/shop created", "customresourcedefinition.apiextensions.k8s.io/widgets.ex.com created",
        "widget.ex.com/w created", "secret/s created", "pod/p created",
    ]  # fmt: skip
    after = run("diff", "-f", str(shop))
    assert (code(after), after.stdout, after.stderr) == (0, "", "")


def test_apply_again_says_what_changed(shop: Path) -> None:
    run("apply", "-f", str(shop))
    shop.write_text(SHOP.replace("spec: {}", "spec: {size: 4}"))
    result = run("apply", "-f", str(shop))
    assert "widget.ex.com/w configured" in result.stdout
    assert "namespace/shop unchanged" in result.stdout
    assert "pod/p unchanged" in result.stdout


def test_a_dry_apply_stores_nothing(shop: Path) -> None:
    result = run("apply", "-f", str(shop), "--dry-run")
    assert "namespace/shop created (dry run)" in result.stdout
    assert not (shop.parent / ".kplan").exists()


def test_secret_values_never_show(shop: Path) -> None:
    run("apply", "-f", str(shop))
    assert b"hunter2" not in (shop.parent / ".kplan" / "state.db").read_bytes()
    shop.write_text(SHOP.replace("hunter2", "swordfish"))
    result = run("diff", "-f", str(shop))
    assert changed(result.stdout) == ["-  password: '*** (before)'", "+  password: '*** (after)'"]
    assert "hunter2" not in result.stdout
    assert "swordfish" not in result.stdout


def test_the_annotation_of_a_secret_is_masked_as_well(shop: Path) -> None:
    run("apply", "-f", str(shop), "--with-secrets")
    shop.write_text(SHOP.replace("hunter2", "swordfish"))
    for flags in ([], ["--server-side", "--force-conflicts"]):
        result = run("diff", "-f", str(shop), *flags)
        assert "hunter2" not in result.stdout
        assert "swordfish" not in result.stdout
    shown = run("diff", "-f", str(shop), "--show-secrets")
    assert "c3dvcmRmaXNo" in shown.stdout


def test_one_bad_document_does_not_stop_the_others(shop: Path) -> None:
    shop.write_text(SHOP.replace("image: nginx", "image: 7").replace("name: w,", "name: W_,"))
    result = run("diff", "-f", str(shop))
    assert code(result) == 2
    assert "v1.Secret.shop.s" in result.stdout
    assert "shop.yaml:23:18: error API422: metadata.name: Invalid value" in result.stderr
    assert "shop.yaml:35:33: error API400: " in result.stderr
    assert "cannot unmarshal number into Go struct field Container.spec.containers.image" in result.stderr


def test_namespaces_are_defaulted_and_mismatches_refused(shop: Path) -> None:
    shop.write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: d, namespace: shop}\n"
    )
    result = run("diff", "-f", str(shop), "-n", "default")
    assert code(result) == 2
    assert "v1.ConfigMap.default.c" in result.stdout
    assert (
        'the namespace from the provided object "shop" does not match the namespace "default"'
        in result.stderr
    )


def test_a_selector_picks_objects(shop: Path) -> None:
    shop.write_text(
        "".join(
            f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{n}, labels: {{app: '{n}'}}}}\n"
            for n in (1, 2)
        )
    )
    result = run("diff", "-f", str(shop), "-l", "app=2")
    assert "v1.ConfigMap.default.c2" in result.stdout
    assert "v1.ConfigMap.default.c1" not in result.stdout


def test_prune_shows_what_would_go(shop: Path) -> None:
    keep, drop = (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: b}}\n"
        for name in ("keep", "drop")
    )
    shop.write_text(f"{keep}---\n{drop}")
    run("apply", "-f", str(shop))
    shop.write_text(keep)
    assert code(run("diff", "-f", str(shop))) == 0
    result = run("diff", "-f", str(shop), "--prune")
    assert code(result) == 1
    assert "--- LIVE/v1.ConfigMap.default.drop" in result.stdout
    assert {line[0] for line in changed(result.stdout)} == {"-"}
    assert "-    manager: kubectl-client-side-apply" in changed(result.stdout)
    kinds = run("diff", "-f", str(shop), "--prune", "--prune-allowlist", "core/v1/Secret")
    assert code(kinds) == 0


def test_server_side_conflicts_are_refused_until_forced(shop: Path) -> None:
    shop.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '1'}\n")
    run("apply", "-f", str(shop), "--server-side", "--field-manager", "other")
    shop.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '2'}\n")
    refused = run("diff", "-f", str(shop), "--server-side")
    assert code(refused) == 2
    assert 'shop.yaml:4:11: error API409: conflict with "other": .data.a' in refused.stderr
    forced = run("diff", "-f", str(shop), "--server-side", "--force-conflicts")
    assert code(forced) == 1
    assert changed(forced.stdout) == ['-  a: "1"', '+  a: "2"']


@pytest.mark.parametrize(("flags", "kinds"), [(["-o", "yaml"], 5), (["-o", "json"], 5)])
def test_dry_run_prints_the_servers_objects(shop: Path, flags: Sequence[str], kinds: int) -> None:
    result = run("dry-run", "-f", str(shop), *flags)
    assert code(result) == 0
    assert result.stdout.count("creationTimestamp") == kinds
    assert "terminationGracePeriodSeconds" in result.stdout


def test_dry_run_answers_every_document(shop: Path) -> None:
    shop.write_text(SHOP.replace("image: nginx", "image: nginx, imagePullPolcy: Always"))
    result = run("dry-run", "-f", str(shop), "-o", "jsonl")
    assert code(result) == 2
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["location"].split(":")[-2] for answer in answers] == ["1", "5", "21", "26", "31"]
    assert answers[2]["object"]["spec"] == {"size": 3}
    assert answers[4]["status"]["code"] == 400
    assert 'shop.yaml:35:40: error API400: unknown field "spec.containers[0].imagePullPolcy"' in result.stderr


def test_generated_names_cannot_be_applied(shop: Path) -> None:
    shop.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: c-}\n")
    result = run("apply", "-f", str(shop))
    assert code(result) == 2
    assert "from c-: cannot use generate name with apply" in result.stderr


def test_kinds_nobody_serves_are_named(shop: Path) -> None:
    shop.write_text("apiVersion: ex.com/v1\nkind: Gadget\nmetadata: {name: g}\n")
    result = run("diff", "-f", str(shop))
    assert code(result) == 2
    assert 'no matches for kind "Gadget" in version "ex.com/v1"' in result.stderr


def test_of_two_definitions_of_a_kind_the_later_one_counts(shop: Path) -> None:
    definition = SHOP.split("---\n")[1]
    wider = definition.replace("default: 3}", "default: 3}, color: {type: string}")
    widget = "apiVersion: ex.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {color: red}\n"
    shop.write_text(f"{wider}---\n{definition}---\n{widget}")
    for command in ("apply", "diff", "diff"):
        result = run(command, "-f", str(shop))
        assert code(result) == 2
        assert 'unknown field "spec.color"' in result.stderr
        assert "Widget" not in result.stdout


def test_versions_of_kinds_that_were_removed_are_named_with_what_to_use(shop: Path) -> None:
    shop.write_text("apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n")
    result = run("diff", "-f", str(shop))
    assert code(result) == 2
    assert 'no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"' in result.stderr
    assert result.stderr.endswith("help: use policy/v1\n")


def test_the_number_of_requests_at_once_is_taken_and_changes_nothing(shop: Path) -> None:
    assert run("diff", "-f", str(shop), "--concurrency", "4").output == run("diff", "-f", str(shop)).output
