"""What a lint of one small file loads: users wait for it at every save."""

import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

HEAVY = {
    "argparse", "ast", "asyncio", "calendar", "copy", "dataclasses", "difflib", "dis", "email", "glob", "importlib.metadata",
    "jsonschema", "locale", "logging", "numpy", "pathlib", "pydantic", "rich", "ruamel", "sqlite3", "struct", "subprocess",
    "tempfile", "tokenize", "tomllib", "yaml",
}  # fmt: skip
"""``inspect`` is there for click, not executed: it would load ``ast``, ``dis`` and ``tokenize``."""
LATER = ("gettext", "inspect", "platform")
PROGRAM = """
import sys
from kplan.cli.main import run
code = run(sys.argv[1:])
print(code, *sorted(f"{name}?" if type(one).__name__ == "_Later" else name for name, one in sys.modules.items()))
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


@pytest.mark.parametrize(("text", "most"), [(CONFIG_MAP, 183), (DEPLOYMENT, 309)])
def test_a_lint_of_one_file_loads_what_it_needs(tmp_path: Path, text: str, most: int) -> None:
    modules = _loaded(tmp_path, text)
    assert HEAVY.intersection(modules) == set()
    assert not modules.intersection(LATER)
    assert sum(name.startswith("kplan") for name in modules) <= most


def test_files_beside_a_file_are_read_without_what_builds_kustomizations(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(CONFIG_MAP)
    modules = _loaded(tmp_path, DEPLOYMENT)
    assert "kplan.pipeline.generators" in modules
    assert not any(name.startswith("kplan.kustomize") for name in modules)


def test_what_click_imports_is_executed_when_it_is_asked_for() -> None:
    program = (
        "from kplan.cli.later import import_later\nimport_later()\nimport click\nfrom gettext import ngettext\n"
        "import gettext, platform\nprint(ngettext('a', 'b', 2), platform.system(), gettext.NullTranslations().gettext('c'),"
        " ngettext('a', 'b', 1), ngettext is gettext.ngettext, platform.python_version_tuple()[0])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["b", platform.system(), "c", "a", "False", "3"]


def test_a_lint_whose_report_is_known_loads_nothing_that_checks(tmp_path: Path) -> None:
    _loaded(tmp_path, DEPLOYMENT)
    modules = _loaded(tmp_path, DEPLOYMENT)
    assert HEAVY.intersection(modules) == set()
    assert (
        not {"kplan.pipeline.checking", "kplan.lint.linter", "kplan.apiserver", "kplan.manifest.parser"}
        & modules
    )
    assert sum(name.startswith("kplan") for name in modules) <= 81
