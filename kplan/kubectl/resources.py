"""Which resources a name on the command line stands for: plural, singular, short name, kind, or category.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/builder.go (mappingFor), client-go/restmapper
"""

from collections.abc import Sequence
from typing import Final

from kplan.errors import UsageError
from kplan.schema.discovery import Discovery, Resource

LIST: Final = 'Use "kubectl api-resources" for a complete list of supported resources.'


class UnknownKindError(UsageError):
    """Nothing of that name is served."""


def resource_of(name: str, known: Discovery) -> Resource:
    """The resource that a name stands for. Raises UnknownKindError, which suggests the nearest name."""
    found = known.by_name(name)
    if found is None:
        import difflib  # noqa: PLC0415 - for a kind that is not known

        near = difflib.get_close_matches(name.lower(), [one.plural for one in known], 1)
        hint = f"did you mean {near[0]}?" if near else "kinds are named by plural, singular or short name"
        raise UnknownKindError(
            f'the server doesn\'t have a resource type "{name.split(".", maxsplit=1)[0]}"', hint=hint
        )
    return found


def resources_of(text: str, known: Discovery) -> list[Resource]:
    """The kinds of a list, with what stands for several, as ``all`` does."""
    return [one for kind in text.split(",") for one in _category(kind, known) or (resource_of(kind, known),)]


def _category(name: str, known: Discovery) -> Sequence[Resource]:
    members = [one.group_resource for one in known if name in one.categories]
    return [resource_of(member, known) for member in dict.fromkeys(members)]


def kind_title(resource: Resource) -> str:
    """``deployment.apps``, as kubectl names kinds before names."""
    return f"{resource.kind}.{resource.group}".lower() if resource.group else resource.kind.lower()
