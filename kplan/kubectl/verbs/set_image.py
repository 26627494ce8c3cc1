"""kubectl set image: other images of containers.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_image.go
"""

from collections.abc import Mapping
from typing import Final

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.pairs import split_words
from kplan.kubectl.printed import Printed
from kplan.kubectl.setting import SET_FLAGS, Setting, apply_setting, pod_spec
from kplan.kubectl.verb import Change, LiveContext

_EVERY: Final = "*"


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Set images. Raises UsageError or StatusError."""
    words, pairs = split_words(arguments.words, "image")
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise UsageError(f"invalid image format: {', '.join(wrong)}")
    images = dict(pair.partition("=")[::2] for pair in pairs)

    def change(item: Item, value: Json) -> list[str]:
        spec = pod_spec(item, value)
        return [
            f'unable to find container named "{name}"'
            for name, image in images.items()
            if not _set(spec, name, image)
        ]

    setting = Setting(
        "image updated", change, "failed to patch image update to pod template:", check=lambda: _check(images)
    )
    return apply_setting(arguments, context, words, setting)


def _check(images: Mapping[str, str]) -> None:
    if not images:
        raise UsageError("at least one image update is required")
    if len(images) > 1 and _EVERY in images:
        raise UsageError(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
        )


def _set(spec: Json, name: str, image: str) -> bool:
    """Whether there is a container of the name, which has the image now."""
    found = [
        container
        for field in ("initContainers", "containers")
        for container in spec.get(field) or ()
        if name in (container["name"], _EVERY)
    ]
    for container in found:
        container["image"] = image
    return bool(found)


VERB = Change(
    usage="KIND NAME|KIND/NAME CONTAINER=IMAGE...",
    about="Set the images of containers and show what follows; * stands for every container.",
    flags=SET_FLAGS,
    examples=("set image deployment/web web=nginx:1.27",),
    run=run,
)
