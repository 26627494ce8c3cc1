"""What is shipped: the wheel holds the schemas."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    target = tmp_path_factory.mktemp("wheel")
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return zipfile.ZipFile(next(target.glob("kplan-*.whl")))


def test_wheel_holds_every_schema_file(wheel: zipfile.ZipFile, root: Path) -> None:
    shipped = {
        name.removeprefix("kplan/_schemas/")
        for name in wheel.namelist()
        if name.startswith("kplan/_schemas/")
    }
    listed = {
        str(path.relative_to(root / "schemas")) for path in (root / "schemas").rglob("*") if path.is_file()
    }
    assert listed
    assert shipped == listed


def test_wheel_holds_everything_the_html_page_is_made_of(wheel: zipfile.ZipFile, root: Path) -> None:
    assets = list((root / "kplan" / "render" / "html" / "assets").iterdir())
    assert assets
    assert {str(path.relative_to(root)) for path in assets} <= set(wheel.namelist())


def test_wheel_is_small_and_typed(wheel: zipfile.ZipFile) -> None:
    assert "kplan/py.typed" in wheel.namelist()
    schemas = sum(
        entry.compress_size for entry in wheel.infolist() if entry.filename.startswith("kplan/_schemas/")
    )
    assert schemas < 2_000_000
