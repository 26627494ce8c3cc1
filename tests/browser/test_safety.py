"""What manifests say is never run: not in names, messages or values, and not where a policy would allow it."""

from pathlib import Path
from typing import TYPE_CHECKING

from browser.pages import as_html
from kplan import pipeline

if TYPE_CHECKING:
    from browser.pages import Open

ATTACK = "</script><img src=x onerror='window.attacked=1'><script>window.attacked=1</script><!--"
MANIFEST = f"""
apiVersion: v1
kind: ConfigMap
metadata:
  name: "plain"
  annotations: {{note: "{ATTACK}"}}
data: {{page: "{ATTACK}"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: "{ATTACK}"}}
spec:
  selector: {{matchLabels: {{a: b}}}}
  template:
    metadata: {{labels: {{a: b}}}}
    spec: {{containers: [{{name: a, image: "{ATTACK}"}}]}}
"""


def test_markup_in_a_manifest_stays_text(opened: "Open", tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(MANIFEST)
    loaded = pipeline.load([str(tmp_path / "web.yaml")])
    for report in (
        pipeline.plan(loaded, pipeline.open_state("nodes:1x1cpu,1Gi", tmp_path)),
        pipeline.lint(loaded),
    ):
        found = opened(report)
        for row in found.page.locator("[role=treeitem], .row").all():
            row.click()
        assert found.page.evaluate("window.attacked") is None
        assert found.page.locator("img").count() == 0
        assert found.page.locator("body > script").count() == 2
        assert ATTACK[:20] in found.page.locator("body").inner_text()
        assert found.errors == []
        assert len(found.requests) == 1


def test_the_policy_stops_what_is_not_ours(opened: "Open", tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    html = as_html(pipeline.lint(pipeline.load([str(tmp_path)])))
    found = opened(
        html.replace(
            "</body>", "<script>window.attacked = 1</script><img src='http://example.com/a.png'></body>"
        )
    )
    found.page.wait_for_timeout(200)
    assert found.page.evaluate("window.attacked") is None
    assert len(found.errors) == 2
    assert all("Content Security Policy" in error for error in found.errors)
