"""A kustomization file: found, read, checked, and its older spellings put right.

Upstream: vendor/sigs.k8s.io/kustomize/api/types/kustomization.go
"""

from typing import Any, Final

from kplan.diagnostics import Diagnostic
from kplan.kustomize.edits import Edits, edited, made_for
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.gosyntax import shown
from kplan.kustomize.types import checked
from kplan.manifest.goyaml import GoYamlError, TypedKey, read
from kplan.manifest.loader import load_text

NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_EDIT = "Run 'kustomize edit fix' to update your Kustomization automatically."
_OLD: Final = (
    ("bases", "resources"), ("commonLabels", "labels"), ("imageTags", "images"), ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"), ("vars", "replacements"),
)  # fmt: skip


def load(loader: Loader, warnings: list[str], edits: Edits | None = None) -> tuple[str, dict[str, Any]]:
    """The name of a root's kustomization file and what it says."""
    if edits is not None and not any(loader.has(name) for name in NAMES):
        return NAMES[0], edited(made_for(loader), edits)
    name, text = _found(loader)
    loaded = load_text(text, name)
    if loaded.diagnostics and not loaded.documents:
        raise KustomizeError(f"invalid Kustomization: {_words(text, loaded.diagnostics[0])}")
    try:
        value = checked(loaded.documents[0].value) if loaded.documents else {}
    except KustomizeError as error:
        raise KustomizeError(f"invalid Kustomization: {error}") from None
    for old, new in _OLD:
        if old in value:
            experimental = "[EXPERIMENTAL] " if old == "vars" else ""
            warnings.append(
                f"# Warning: '{old}' is deprecated. Please use '{new}' instead. {experimental}{_EDIT}"
            )
    _fix(value)
    if not any(_given(item) for field, item in value.items() if field not in ("apiVersion", "kind")):
        raise KustomizeError("kustomization.yaml is empty")
    _enforce(value, loader.root)
    return name, edited(value, edits) if edits else value


def _found(loader: Loader) -> tuple[str, str]:
    found = []
    for name in NAMES:
        try:
            found.append((name, loader.text(name)))
        except (KustomizeError, OSError):
            continue
    if not found:
        raise KustomizeError(
            "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' "
            f"in directory '{loader.root}'"
        )
    if len(found) > 1:
        raise KustomizeError(f"Found multiple kustomization files under: {loader.root}\n")
    return found[0]


def _words(text: str, diagnostic: Diagnostic) -> str:
    try:
        nodes = read(text, old=True)
    except GoYamlError as error:
        return f"yaml: {error}"
    for key, value in nodes[0].value.items() if nodes and isinstance(nodes[0].value, dict) else ():
        if isinstance(key, TypedKey) and isinstance(key.typed, (dict, list)):
            return f"yaml: invalid map key: {shown(key.typed, old=True)}"
        if isinstance(key, TypedKey) and key.typed is None:
            return f"unsupported map key of type: %!s(<nil>), key: <nil>, value: {shown(value, old=True)}"
    return f"yaml: {diagnostic.message}"


def _fix(value: dict[str, Any]) -> None:
    for old, new in (("bases", "resources"), ("imageTags", "images")):
        if old in value:
            value[new] = [*value.get(new, []), *value.pop(old)]
    for name in ("configMapGenerator", "secretGenerator"):
        for entry in value.get(name) or ():
            if entry.get("env"):
                entry["envs"] = [*entry.get("envs", []), entry.pop("env")]


def _given(item: Any) -> bool:
    return isinstance(item, (list, dict)) or bool(item)


def _enforce(value: dict[str, Any], root: str) -> None:
    kind, version = value.get("kind") or "Kustomization", value.get("apiVersion")
    wanted = "kustomize.config.k8s.io/" + ("v1alpha1" if kind == "Component" else "v1beta1")
    wrong = []
    if kind not in ("Kustomization", "Component"):
        wrong.append("kind should be Kustomization or Component")
    if version and version != wanted:
        wrong.append(f"apiVersion for {kind} should be {wanted}")
    if wrong:
        raise KustomizeError(f"Failed to read kustomization file under {root}:\n" + "\n".join(wrong))
    value["kind"] = kind
