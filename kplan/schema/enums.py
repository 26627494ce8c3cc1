"""Which values a text field may have, where Kubernetes' types say so.

Upstream: staging/src/k8s.io/api (types marked ``+enum``)
"""

from collections.abc import Sequence
from functools import cache

from kplan.schema.data import Table


def values_of(definition: str, field: str) -> Sequence[str]:
    """The values of a field of a definition such as ``io.k8s.api.core.v1.Container``; none if any text may stand."""
    fields = _table().get(definition) or {}
    found: Sequence[str] = fields.get(field) or ()
    return found


@cache
def _table() -> Table:
    return Table("kubernetes/enums-1.36.json.gz")
