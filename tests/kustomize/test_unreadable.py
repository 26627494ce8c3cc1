"""A file that is not what its kustomization takes it for is refused in one line, never a bug of kplan's."""

from pathlib import Path

import pytest

from kplan.kustomize import KustomizeError, build

OBJECT = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"


@pytest.mark.parametrize(
    ("kustomization", "file", "message"),
    [
        ("configMapGenerator: [{name: b, envs: [file]}]", b"\xff=1\n", "has invalid utf8 bytes"),
        ("configurations: [file]", b"[", "did not find expected"),
        ("patches: [{path: file}]", b"a: [1\n", "unable to parse SM or JSON patch"),
        (
            "patches: [{target: {name: '('}, patch: '- {op: test, path: /kind}'}]",
            b"",
            "error parsing regexp: missing closing",
        ),
    ],
    ids=["env file", "configuration", "patch", "pattern"],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, kustomization: str, file: bytes, message: str
) -> None:
    (tmp_path / "kustomization.yaml").write_text(f"resources: [a.yaml]\n{kustomization}\n")
    (tmp_path / "a.yaml").write_text(OBJECT)
    (tmp_path / "file").write_bytes(file)
    with pytest.raises(KustomizeError, match=message):
        build(str(tmp_path))
