"""Items of lists in files that do not fit their Go types: kubectl reads those of a List one by
one, and other lists whole.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go (FlattenListVisitor)
"""

import re
from collections.abc import Sequence
from typing import Final

from kplan.api.object import Object
from kplan.errors import aggregate
from kplan.kubectl.listvalidation import problems_of
from kplan.kubectl.wording import ClientError, NestedError, WholeError
from kplan.schema.definitions import Definitions

_LIST: Final = "List"
_GO_FIELD: Final = r"(?<=Go struct field )(\w+)\."
_IN_ITEMS: Final = r"\1.items."


def of_item(origin: Object, source: str, problem: str) -> ClientError:
    """The error of kubectl for a list with an item of a wrong type:
    items of a List are decoded one by one, other lists whole.
    """
    if _kind_of_list(origin) == _LIST:
        return NestedError(problem)
    return WholeError(f"unable to decode {source}: {re.sub(_GO_FIELD, _IN_ITEMS, problem)}")


def invalid_fields(items: Sequence[Object], definitions: Definitions) -> str:
    """Why kubectl does not send a list, by the fields of its items; empty if it does."""
    if not problems_of(items, "", definitions):
        return ""
    kind = _kind_of_list(items[0])
    if not kind.endswith(_LIST):
        return ""  # of a kind that is no list the server checks the fields
    return aggregate(problems_of(items, "" if kind == _LIST else kind, definitions))


def _kind_of_list(origin: Object) -> str:
    """The kind of the list that contains an item, from its document."""
    from kplan.manifest.loader import load_text  # noqa: PLC0415 - few lists are wrong

    documents = load_text(origin.origin.text, "list").documents if origin.origin else ()
    kinds = [one.value.get("kind") for one in documents if isinstance(one.value, dict)]
    return str(kinds[0]) if kinds else _LIST
