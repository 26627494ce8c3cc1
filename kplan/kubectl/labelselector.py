"""A selector of the command line as an object holds it.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go (ParseToLabelSelector)
"""

from typing import Any

from kplan.api.object import Json
from kplan.apiserver.field import go_quote
from kplan.errors import UsageError
from kplan.selectors.labels import Selector
from kplan.selectors.parser import parse
from kplan.selectors.requirement import Operator
from kplan.selectors.syntax import SelectorError

_EXPRESSIONS = {
    Operator.IN: "In",
    Operator.NOT_IN: "NotIn",
    Operator.EXISTS: "Exists",
    Operator.DOES_NOT_EXIST: "DoesNotExist",
}


def chosen_of_files(text: str) -> Selector:
    """The selector of ``-l`` among the objects of files. Raises UsageError."""
    try:
        return Selector.parse(text)
    except SelectorError as error:
        raise UsageError(f"the provided selector {go_quote(text)} is not valid: {error}") from error


def label_selector(text: str) -> Json:
    """The selector of a text. Raises UsageError."""
    try:
        requirements = sorted(parse(text), key=lambda one: one.key)
    except SelectorError as error:
        raise UsageError(f'couldn\'t parse the selector string "{text}": {error}') from error
    labels: dict[str, str] = {}
    expressions: list[Json] = []
    for one in requirements:
        if one.operator in (Operator.EQUALS, Operator.DOUBLE_EQUALS):
            labels[one.key] = next(iter(one.values), "")
        elif one.operator in _EXPRESSIONS:
            values: dict[str, Any] = {"values": sorted(one.values)} if one.values else {}
            expressions.append({"key": one.key, "operator": _EXPRESSIONS[one.operator], **values})
        else:
            raise UsageError(f'"{one.operator.value}" is not a valid label selector operator')
    return {
        **({"matchLabels": labels} if labels else {}),
        **({"matchExpressions": expressions} if expressions else {}),
    }
