"""kubectl create poddisruptionbudget.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_pdb.go
"""

import re
from typing import Any

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, create, metadata_of, required_name
from kplan.kubectl.flags import Flag
from kplan.kubectl.labelselector import label_selector
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a disruption budget. Raises UsageError."""
    name = required_name(arguments)
    least, most, selector = (arguments.text(one) for one in ("min-available", "max-unavailable", "selector"))
    if not selector:
        raise UsageError("a selector must be specified")
    if not least and not most:
        raise UsageError("one of min-available or max-unavailable must be specified")
    if least and most:
        raise UsageError("min-available and max-unavailable cannot be both specified")
    amounts = {
        **_amount("minAvailable", "min-available", least),
        **_amount("maxUnavailable", "max-unavailable", most),
    }
    spec: dict[str, Any] = {"selector": label_selector(selector), **amounts}
    metadata = metadata_of(name, arguments)
    value = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata, "spec": spec}
    return create(value, arguments, context, "failed to create poddisruptionbudgets:")


def _amount(field: str, flag: str, text: str) -> Json:
    if not text:
        return {}
    if not re.fullmatch(r"\d+%?", text):
        raise UsageError(f"invalid format specified for {flag}")
    return {field: text if text.endswith("%") else int(text)}


VERB = Change(
    usage="NAME --selector=SELECTOR --min-available=COUNT|--max-unavailable=COUNT",
    about="Create a disruption budget.",
    flags=(
        Flag("min-available", "Pods that have to stay: a number or a percentage.", metavar="COUNT"),
        Flag("max-unavailable", "Pods that may be missing: a number or a percentage.", metavar="COUNT"),
        Flag("selector", "Pods it is about.", metavar="SELECTOR"),
        *CREATE_FLAGS,
    ),
    examples=("create poddisruptionbudget web --selector=app=web --min-available=1",),
    run=run,
)
