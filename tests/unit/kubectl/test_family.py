"""A verb is its own file and one line in the roster: one is added to a copy of the package and used."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
VERB = '''"""``whoami``: who asks.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/auth/whoami.go
"""

from kplan.kubectl.flags import switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Query


def run(arguments, context):
    """Print the user's name."""
    loud = arguments.switch("loud")
    return Printed(out=["ADMIN" if loud else "admin"])


VERB = Query(usage="", about="Print who asks.", flags=(switch("loud", "In capitals."),), examples=("whoami",), run=run)
'''
LINES = """
    Listed("whoami", "Print who asks.", STATE),
    Listed("auth whois", "Print who asks, in two words.", STATE),
"""


def test_a_verb_is_one_file_and_one_line(tmp_path: Path, plain_environment: dict[str, str]) -> None:
    shutil.copytree(ROOT / "kplan", tmp_path / "kplan", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    for name in ("whoami", "auth_whois"):
        (tmp_path / f"kplan/kubectl/verbs/{name}.py").write_text(VERB)
    roster = tmp_path / "kplan/kubectl/verbs/__init__.py"
    before, start, after = roster.read_text().partition("VERBS: Final = (\n")
    roster.write_text(before + start + LINES + after)

    def kplan(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "kplan", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, **plain_environment, "PYTHONPATH": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "Print who asks." in kplan("--help")
    assert "--loud" in kplan("whoami", "--help")
    assert kplan("whoami", "--loud") == "ADMIN\n"
    assert "auth whois" in kplan("--help")
    assert kplan("auth", "whois", "--loud") == "ADMIN\n"
    assert kplan("whoami", "--loud=false") == "admin\n"
