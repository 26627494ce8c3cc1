"""What decoding and validation refuse and warn of, each object by itself: nothing is stored but definitions.

Unknown fields are let through here, so that they do not hide what else is wrong.
"""

from collections.abc import Sequence
from typing import Any, Final

from kplan.api.object import Object
from kplan.api.walk import mapping
from kplan.apiserver.errors import StatusError
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server
from kplan.diagnostics import Diagnostic
from kplan.kubectl.diagnose import diagnose, warn
from kplan.kubectl.reading import Failure, Options, read

_OF_RESOURCE: Final = 10
"""How much more work than a definition a custom resource is, by size: its schema's rules are run."""
_OF_OTHERS: Final = 3
"""How much less an object of a built-in kind is."""


def shares(objects: Sequence[Object]) -> list[list[int]]:
    """The places of objects, those together that have to be checked by one server: definitions of a group and what they define."""
    definitions = [place for place, one in enumerate(objects) if is_definition(one)]
    if not all(isinstance(objects[place].metadata.get("name"), str) for place in definitions):
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


def weight(item: Object, *, custom: bool) -> int:
    """About how much work an object is."""
    size = len(item.origin.text) if item.origin else 1
    if is_definition(item):
        return size
    return size * _OF_RESOURCE if custom else 1 + size // _OF_OTHERS


def is_definition(item: Object) -> bool:
    """Whether an object is a CustomResourceDefinition."""
    return item.gvk.kind == "CustomResourceDefinition"


def check(objects: Sequence[Object], server: Server, options: Options) -> list[list[Diagnostic]]:
    """What is said of each object. Definitions are remembered by the server, and come before all that they define."""
    return [_remembered(one, server, options) for one in objects]


def _remembered(item: Object, server: Server, options: Options) -> list[Diagnostic]:
    said, answer = _checked(item, server, options)
    if answer is not None and answer.gvk.kind == "CustomResourceDefinition":
        server.store_dry_run(answer)
    return said


def _checked(origin: Object, server: Server, options: Options) -> tuple[list[Diagnostic], Answer | None]:
    found: list[Diagnostic] = []
    for item in read([origin], server, options):
        if isinstance(item, Failure):
            continue
        try:
            answer = server.create(
                item.value, namespace=item.namespace, dry_run=True, field_validation="Ignore"
            )
        except StatusError as error:
            found += diagnose(Failure(item.origin, error, item)) if error.code in (400, 422) else ()
            found += _once(warn(item.origin, error.warnings), item.origin)
            continue
        return _once(warn(item.origin, answer.warnings), item.origin), answer
    return found, None


def _once(warnings: list[Diagnostic], origin: Object) -> list[Diagnostic]:
    """Without those about fields that defaulting copied, where the same is said of what was written."""
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
