"""Which StorageClass claims get that name none, if that becomes another one.

- ``becomes-the-default``: claims that name no class get this one from now on; of several default classes the newest.
- ``no-default-any-more``: no class is the default one now, so that claims which name none stay pending.

Upstream: pkg/volume/util/storageclass.go (GetDefaultClass), pkg/controller/volume/persistentvolume/pv_controller.go
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from kplan.api.storageclasses import default_class
from kplan.plan.finder import Change, Consequence, Example, Finder, Severity, World

_KIND: Final = ("storage.k8s.io", "StorageClass")


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare the default class before and after, told at the change of the one that is it now,
    or of the one that was it.
    """
    classes, earlier = (store.list(*_KIND) for store in (world.final, world.prior))
    new = [one for one in classes if world.final.key_of(one) not in world.prior]
    # a state of manifests may be no older than what is applied to it
    before, after = default_class(earlier), default_class(new) or default_class(classes)
    changed = {one.object.name for one in world.effective if one.object.kind == change.object.kind}
    if before == after or change.object.name != (after if after in changed else before):
        return
    if after:
        instead = f", in place of {before}" if before else ""
        message = f"is the class of new claims that name none{instead}"
        yield Consequence("becomes-the-default", replace(change.object, name=after), message, Severity.INFO)
    else:
        message = (
            "was the default class, and none is now: new claims that name no class stay pending until one is"
        )
        yield Consequence("no-default-any-more", change.object, message, Severity.WARNING)


_CLASS: Final = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: %s, annotations: {storageclass.kubernetes.io/is-default-class: "%s"}}
provisioner: disk.example.com
---
"""
_SLOW: Final = _CLASS % ("slow", "true")

FINDER = Finder(
    kinds=frozenset({"StorageClass.storage.k8s.io"}),
    find=find,
    examples=(
        Example(_SLOW, _CLASS % ("swift", "true"), finds=("becomes-the-default",)),
        Example(_SLOW, _CLASS % ("slow", "false"), finds=("no-default-any-more",)),
        Example(_SLOW, _CLASS % ("fast", "false")),
        Example(
            _SLOW + _CLASS % ("fast", "true"),
            deleted=_CLASS % ("fast", "true"),
            finds=("becomes-the-default",),
        ),
    ),
)
