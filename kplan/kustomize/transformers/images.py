"""images.

Upstream: vendor/sigs.k8s.io/kustomize/api/filters/imagetag
"""

from collections.abc import Iterator
from typing import Any

from kplan.apiserver.goregexp.compiled import compile_regex
from kplan.kustomize.fieldspecs import apply
from kplan.kustomize.files import Loader
from kplan.kustomize.nodes import require_kind
from kplan.kustomize.resources import Resources
from kplan.kustomize.scalars import text_of
from kplan.kustomize.transformers.model import Settings, Step, Transformer


def _settings(kustomization: Settings, specs: Settings) -> Iterator[Settings]:
    for image in kustomization.get("images") or ():
        yield {"imageTag": image, "fieldSpecs": specs["images"]}


def configure(settings: Settings, _loader: Loader) -> Step:
    """Change the images of that name: wherever containers are found, then at the field specs."""
    change = settings.get("imageTag") or {}
    pattern = compile_regex(
        f"^{change.get('name') or ''}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$"
    )

    def put(container: Any, key: Any) -> None:
        require_kind(container[key], str)
        if container[key] is not None and pattern.matches(text_of(container[key])):
            container[key] = _changed(text_of(container[key]), change)

    def run(resources: Resources) -> None:
        for item in resources:
            if item.gvk.kind != "CustomResourceDefinition":
                _put_images(item.value, put)
        for item in resources:
            if item.gvk.kind != "CustomResourceDefinition":
                apply(item, settings.get("fieldSpecs") or (), put)

    return run


def _put_images(value: Any, put: Any) -> None:
    """Put the images of containers, whatever the kind of the object and however deep they are."""
    if isinstance(value, list):
        for item in value:
            _put_images(item, put)
    elif isinstance(value, dict):
        for name, below in value.items():
            _put_images(below, put)
            if name in ("containers", "initContainers") and isinstance(below, list):
                _put_images_of(below, put)


def _put_images_of(containers: list[Any], put: Any) -> None:
    for container in containers:
        require_kind(container, dict)
        if container is not None and "image" in container:
            put(container, "image")


def _split(image: str) -> tuple[str, str, str]:
    name, _, digest = image.partition("@")
    slash = name.find("/")
    colon = name.find(":", slash + 1 if slash >= 0 else 0)
    return (name, "", digest) if colon < 0 else (name[:colon], name[colon + 1 :], digest)


def _changed(image: str, change: Settings) -> str:
    name, tag, digest = _split(image)
    name = change.get("newName") or name
    new_tag, new_digest = change.get("newTag") or "", change.get("digest") or ""
    if new_tag or new_digest:
        tag, digest = new_tag, new_digest
    elif change.get("tagSuffix"):
        tag, digest = tag + change["tagSuffix"], ""
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


TRANSFORMER = Transformer("ImageTagTransformer", _settings, configure)
