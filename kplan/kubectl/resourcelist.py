"""Quantities of resources as the command line gives them: ``cpu=1,memory=1Gi``.

Upstream: staging/src/k8s.io/kubectl/pkg/generate/versioned/run.go
"""

from kplan.api.quantity import Quantity, QuantityError
from kplan.errors import UsageError


def resource_list(text: str) -> dict[str, str]:
    """The quantities by resource. Raises UsageError."""
    found = {}
    for one in text.split(",") if text else ():
        name, *rest = one.split("=")
        if len(rest) != 1:
            raise UsageError(f"Invalid argument syntax {one}, expected <resource>=<value>")
        try:
            found[name] = Quantity.parse(rest[0]).canonical()
        except QuantityError as error:
            raise UsageError(str(error)) from error
    return found
