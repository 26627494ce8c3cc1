"""What decoding and validation refuse and warn of, each object by itself: nothing is stored but definitions.

Unknown fields are let through here, so that they do not hide what else is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kplan.api.object import Object
from kplan.api.walk import mapping
from kplan.apiserver.errors import StatusError
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server
from kplan.diagnostics import Diagnostic
from kplan.kubectl.reading import Failure, Options, read
from kplan.lint.definitions import is_definition, kind_of

_OF_DEFINITION: Final = (2_000, 10)
_OF_RESOURCE: Final = (700, 20)
_OF_OTHERS: Final = 450
"""What an object of a kind weighs, measured on public repositories, where reading a byte weighs about 1: most is the
request itself; the second number is how many characters weigh 1 more. An object of a List has the text of all of it.
"""

_ON_CREATE: Final = "Forbidden: cannot be set on create"


def shares(objects: Sequence[Object]) -> list[list[int]]:
    """The places of objects, those together that have to be checked by one server:
    definitions of a group and what they define.
    """
    definitions = [place for place, one in enumerate(objects) if is_definition(one)]
    if not all(_is_named(objects[place]) for place in definitions):
        return [list(range(len(objects)))]  # a server that names them would not see that it names two alike
    groups: dict[str, list[int]] = {}
    for place in definitions:
        groups.setdefault(str(mapping(objects[place].value, "spec").get("group")), []).append(place)
    found = list(groups.values())
    for place, one in enumerate(objects):
        if is_definition(one):
            continue
        if one.gvk.group in groups:
            groups[one.gvk.group].append(place)
        else:
            found.append([place])
    return found


def deciding(objects: Sequence[Object], share: Iterable[int]) -> Mapping[int, Sequence[int]]:
    """By the places of objects that are checked together, the definitions that decide what is said
    of each, in their order.

    Those are the ones of its kind, and whatever has a name or a kind in common with one of them: of two with one name,
    the second is not stored. A definition is among its own.
    """
    places = list(share)
    definitions = [place for place in places if is_definition(objects[place])]
    if not all(_is_named(objects[place]) for place in definitions):
        return dict.fromkeys(places, definitions)
    alike: dict[str, list[int]] = {}
    for place in definitions:
        together = sorted({place, *(one for mark in _marks(objects[place]) for one in alike.get(mark, ()))})
        alike.update((mark, together) for one in together for mark in _marks(objects[one]))
    return {place: alike.get(_mark(objects[place]), ()) for place in places}


def _marks(definition: Object) -> tuple[str, str]:
    """What two definitions of a group may have in common that matters to what is said of them and their resources."""
    return f"name {definition.name}", f"kind {kind_of(definition)[1]}"


def _mark(item: Object) -> str:
    return _marks(item)[0] if is_definition(item) else f"kind {item.gvk.kind}"


def _is_named(definition: Object) -> bool:
    return isinstance(definition.metadata.get("name"), str)


def weight(item: Object, *, custom: bool) -> int:
    """About how much work an object is."""
    size = len(item.origin.text) if item.origin else 1
    if not custom and not is_definition(item):
        return _OF_OTHERS
    fixed, characters = _OF_DEFINITION if is_definition(item) else _OF_RESOURCE
    return fixed + size // characters


def check(objects: Sequence[Object], server: Server, options: Options) -> list[list[Diagnostic]]:
    """What is said of each object. Definitions are remembered by the server, and come before all that they define."""
    return [_remembered(one, server, options) for one in objects]


def _remembered(item: Object, server: Server, options: Options) -> list[Diagnostic]:
    said, answer = checked(item, server, options)
    if answer is not None and answer.gvk.kind == "CustomResourceDefinition":
        server.store_dry_run(answer)
    return said


def checked(origin: Object, server: Server, options: Options) -> tuple[list[Diagnostic], Answer | None]:
    """What is said of one object, and what would be stored if it is not refused; nothing is remembered."""
    found: list[Diagnostic] = []
    for item in read([origin], server, options):
        if isinstance(item, Failure):
            continue
        try:
            answer = server.create(
                item.value, namespace=item.namespace, dry_run=True, field_validation="Ignore"
            )
        except StatusError as error:
            found += _refused(Failure(item.origin, error, item)) if error.code in (400, 422) else ()
            found += _warned(item.origin, error.warnings)
            continue
        return _warned(item.origin, answer.warnings), answer
    return found, None


def _refused(failure: Failure) -> list[Diagnostic]:
    """The refusal of an object, without errors that only concern creation if it was read from a cluster."""
    from kplan.kubectl.diagnose import diagnose  # noqa: PLC0415 - of most objects nothing is said

    found = diagnose(failure)
    return (
        [one for one in found if _ON_CREATE not in one.message]
        if failure.origin.metadata.get("uid")
        else found
    )


def _warned(origin: Object, texts: tuple[str, ...]) -> list[Diagnostic]:
    """The warnings, without those for fields that defaulting copied from fields already warned about."""
    if not texts:
        return []
    from kplan.kubectl.diagnose import warn  # noqa: PLC0415 - likewise

    warnings = warn(origin, texts)
    written = {_words(one) for one in warnings if _is_written(one, origin)}
    return [one for one in warnings if _is_written(one, origin) or _words(one) not in written]


def _words(warning: Diagnostic) -> str:
    return warning.message.partition(": ")[2] or warning.message


def _is_written(warning: Diagnostic, origin: Object) -> bool:
    value: Any = origin.value
    for step in warning.path.steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True
