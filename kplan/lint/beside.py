"""Whether anything of a namespace is applied together with an object: each namespace is looked over once."""

from kplan.lint.places import Places
from kplan.lint.world import Subject, World

_ByNamespace = dict[str, Places[Subject]]


def pods_beside(subject: Subject, namespace: str) -> bool:
    """Whether something that makes pods in a namespace is."""
    found = subject.world.remember("places of pods", _none)
    if namespace not in found:
        found[namespace] = Places(subject.world.pods.get(namespace, ()))
    return found[namespace].has_near(subject)


def inhabitants_beside(subject: Subject, namespace: str) -> bool:
    """Whether something that lives in a namespace is."""
    world = subject.world
    found = world.remember("places of inhabitants", _none)
    if namespace not in found:
        found[namespace] = Places(filter(world.is_namespaced, world.in_namespace.get(namespace, ())))
    return found[namespace].has_near(subject)


def _none(_: World) -> _ByNamespace:
    return {}
