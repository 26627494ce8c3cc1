"""Items of lists in files: kubectl holds what is wrong with those of one list as one error, and says it otherwise.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/{visitor,mapper}.go (FlattenListVisitor, infoForObject)
"""

import re
from typing import Final

from kplan.api.object import Object
from kplan.kubectl.wording import ClientError, NestedError

UNREGISTERED: Final = (
    'unable to get type info from the object "*runtime.Unknown": '
    'no kind is registered for the type runtime.Unknown in scheme "k8s.io/kubectl/pkg/scheme/scheme.go:28"'
)
"""What is said of an item for whose kind kubectl has no type."""
_LIST: Final = "List"
_GO_FIELD: Final = r"(?<=Go struct field )(\w+)\."
_IN_ITEMS: Final = r"\1.items."


class WholeError(ClientError):
    """What is wrong with a list, said once of the whole of it."""


def is_listed(origin: Object) -> bool:
    """Whether it is an item of a list."""
    return origin.origin is not None and bool(origin.origin.prefix.steps)


def list_of(origin: Object) -> tuple[str, int] | None:
    """Which document of which file the list is that holds it; None where there is none."""
    if origin.origin is None or not is_listed(origin):
        return None
    return origin.origin.source.name, origin.origin.index


def of_item(origin: Object, source: str, problem: str) -> ClientError:
    """What kubectl says of a list with an item that does not fit its type: it reads those of a List one by one, others whole."""
    if _kind_of_list(origin) == _LIST:
        return NestedError(problem)
    return WholeError(f"unable to decode {source}: {re.sub(_GO_FIELD, _IN_ITEMS, problem)}")


def _kind_of_list(origin: Object) -> str:
    """The kind of the list that an item stands in, as its document has it."""
    from kplan.manifest.loader import load_text  # noqa: PLC0415 - few lists are wrong

    documents = load_text(origin.origin.text, "list").documents if origin.origin else ()
    kinds = [one.value.get("kind") for one in documents if isinstance(one.value, dict)]
    return str(kinds[0]) if kinds else _LIST
