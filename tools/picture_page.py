"""Make the pictures of the html page in docs/images; run by hand.

python tools/picture_page.py [PICTURE...]

It needs playwright and a Chromium of the machine, as the tests do, and says how large the pictures are.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from kplan import pipeline
from kplan.render.formats import named
from kplan.render.style import PLAIN

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
COURSE = ROOT / "fixtures" / "manifests" / "course"
SHOP = ROOT / "fixtures" / "manifests" / "shop"
NODES = 6
GREETER = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 8
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
      - name: nginx
        image: nginx:{version}
        resources: {{requests: {{cpu: 250m}}}}
"""
WEB = """
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - name: {name}
        image: registry.example.com/{name}:{version}
        envFrom: [{{configMapRef: {{name: settings}}}}, {{secretRef: {{name: session}}}}]
        ports: [{{name: http, containerPort: 8080}}]
        resources: {{requests: {{cpu: {cpu}, memory: 512Mi}}}}
"""
AROUND = """---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: http}}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: {name}}}
spec: {{maxUnavailable: 1, selector: {{matchLabels: {{app: {name}}}}}}}
"""
SHARED = """apiVersion: v1
kind: ConfigMap
metadata: {{name: settings}}
data: {{checkout: "{setting}"}}
---
apiVersion: v1
kind: Secret
metadata: {{name: session}}
stringData: {{key: {setting}}}
"""
NODE = """---
apiVersion: v1
kind: Node
metadata: {{name: node-{number}}}
status: {{capacity: {{cpu: "8", memory: 16Gi, pods: "110"}}}}
"""


def workload(name: str, version: int, replicas: int, cpu: str) -> str:
    """A Deployment with what stands around it."""
    head = f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:"
    return (
        head + WEB.format(name=name, version=version, replicas=replicas, cpu=cpu) + AROUND.format(name=name)
    )


def scene(folder: Path) -> str:
    """A shop whose front gets another version that asks for more than the nodes have."""
    prior, later = folder / "prior.yaml", folder / "shop.yaml"
    nodes = "".join(NODE.format(number=number) for number in range(1, NODES + 1))
    others = workload("search", 1, 9, "500m") + workload("cart", 1, 12, "500m")
    prior.write_text(SHARED.format(setting="old") + nodes + workload("web", 1, 24, "900m") + others)
    later.write_text(
        SHARED.format(setting="new") + workload("web", 2, 30, "1250m") + workload("cart", 1, 15, "500m")
    )
    os.chdir(folder)
    report = pipeline.plan(pipeline.load(["shop.yaml"]), pipeline.open_state("prior.yaml", folder))
    page = named("html")
    assert page is not None
    return page.render(report, PLAIN)


def show_change(page: Page) -> None:
    """A change with what follows from it, and its difference."""
    page.get_by_role("treeitem", name="deployment.apps/web -n default update").click()


def show_cluster(page: Page) -> None:
    """The middle of the rollout, and the reason of a pod that waits."""
    page.get_by_label("Simulated time").evaluate(
        "one => { one.value = Math.round(one.max * 0.52); one.dispatchEvent(new Event('input')); }"
    )
    page.locator("li.node.none canvas").click(position={"x": 6, "y": 6})
    page.locator("#cluster").evaluate("one => one.scrollIntoView({behavior: 'instant'})")


def course(folder: Path) -> str:
    """The cluster of the course, whose Deployment gets another image."""
    prior, later = folder / "course", folder / "later.yaml"
    prior.mkdir()
    shutil.copy(COURSE / "kind.yaml", prior)
    (prior / "web.yaml").write_text(GREETER.format(version="1.27"))
    later.write_text(GREETER.format(version="1.28"))
    os.chdir(folder)
    report = pipeline.plan(pipeline.load(["later.yaml"]), pipeline.open_state("course", folder))
    page = named("html")
    assert page is not None
    return page.render(report, PLAIN)


def show_rollout(page: Page) -> None:
    """The middle of the rollout."""
    page.get_by_label("Simulated time").evaluate(
        "one => { one.value = Math.round(one.max * 0.5); one.dispatchEvent(new Event('input')); }"
    )
    page.locator("#cluster").evaluate("one => one.scrollIntoView({behavior: 'instant'})")


PICTURES = {
    "plan-light.png": (scene, "light", show_change, 860),
    "plan-dark.png": (scene, "dark", show_cluster, 820),
    "course.png": (course, "light", show_rollout, 620),
}


def main() -> None:
    """Take the pictures, or those that are named."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    browser_path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = {}
        for make in dict.fromkeys(make for make, *_ in PICTURES.values()):
            pages[make] = Path(folder) / f"{make.__name__}.html"
            pages[make].write_text(make(Path(folder)))
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for name, (make, scheme, show, height) in PICTURES.items():
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            page = browser.new_page(viewport={"width": 1180, "height": height}, color_scheme=scheme)
            page.goto(pages[make].as_uri())
            show(page)
            page.wait_for_timeout(500)
            page.screenshot(path=IMAGES / name)
            print(f"docs/images/{name}: {(IMAGES / name).stat().st_size // 1024} KiB")
        browser.close()


if __name__ == "__main__":
    main()
