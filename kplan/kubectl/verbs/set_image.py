"""kubectl set image: other images of containers.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_image.go
"""

from fnmatch import fnmatchcase

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.printed import Printed
from kplan.kubectl.setting import SET_FLAGS, Setting, apply_setting, pod_spec
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Set images. Raises UsageError or StatusError."""
    words = [word for word in arguments.words if "=" not in word]
    images = dict(word.partition("=")[::2] for word in arguments.words if "=" in word)
    if words and not images and ("/" not in words[0] or len(words) == 1):
        raise UsageError("at least one image update is required")

    def change(item: Item, value: Json) -> None:
        spec = pod_spec(item, value)
        for name, image in images.items():
            _set(spec, name, image)

    setting = Setting("image updated", change, "failed to patch image update to pod template:")
    return apply_setting(arguments, context, words, setting)


def _set(spec: Json, name: str, image: str) -> None:
    found = [
        container
        for field in ("initContainers", "containers")
        for container in spec.get(field) or ()
        if fnmatchcase(container["name"], name)
    ]
    if not found:
        raise UsageError(f'unable to find container named "{name}"')
    for container in found:
        container["image"] = image


VERB = Change(
    usage="KIND NAME|KIND/NAME CONTAINER=IMAGE...",
    about="Set the images of containers and show what follows; * stands for every container.",
    flags=SET_FLAGS,
    examples=("set image deployment/web web=nginx:1.27",),
    run=run,
)
