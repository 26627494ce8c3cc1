"""What a lint of one small file loads: users wait for it at every save."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

HEAVY = {
    "argparse", "ast", "asyncio", "calendar", "dis", "email", "glob", "importlib.metadata", "jsonschema", "locale",
    "logging", "numpy", "pathlib", "pydantic", "rich", "ruamel", "sqlite3", "subprocess", "tempfile", "tokenize", "tomllib",
}  # fmt: skip
"""``inspect`` is there for click, not executed: it would load ``ast``, ``dis`` and ``tokenize``."""
PROGRAM = """
import sys
from kplan.cli.main import run
code = run(sys.argv[1:])
print(code, *sorted(sys.modules))
"""
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
data:
  colour: blue
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
"""


def _loaded(folder: Path, text: str) -> set[str]:
    """The modules that a lint of a file with this text loads."""
    (folder / "one.yaml").write_text(text)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, "lint", "--isolated", "one.yaml"], capture_output=True, text=True, check=True,
        cwd=folder, env=_environment(folder),
    )  # fmt: skip
    code, *modules = ran.stdout.splitlines()[-1].split()
    assert code in ("0", "1"), ran.stderr
    return set(modules)


def _environment(folder: Path) -> Mapping[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[3]), "KPLAN_CACHE_DIR": str(folder / "cache")}


@pytest.mark.parametrize(("text", "most"), [(CONFIG_MAP, 230), (DEPLOYMENT, 345)])
def test_a_lint_of_one_file_loads_what_it_needs(tmp_path: Path, text: str, most: int) -> None:
    modules = _loaded(tmp_path, text)
    assert HEAVY.intersection(modules) == set()
    assert sum(name.startswith("kplan") for name in modules) <= most


def test_a_lint_whose_report_is_known_loads_nothing_that_checks(tmp_path: Path) -> None:
    _loaded(tmp_path, DEPLOYMENT)
    modules = _loaded(tmp_path, DEPLOYMENT)
    assert HEAVY.intersection(modules) == set()
    assert (
        not {"kplan.pipeline.checking", "kplan.lint.linter", "kplan.apiserver", "kplan.manifest.parser"}
        & modules
    )
    assert sum(name.startswith("kplan") for name in modules) <= 95
