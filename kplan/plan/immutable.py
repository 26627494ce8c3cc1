"""Whether a refusal means "replace me": the texts by which the API server says that a field cannot change.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go and pkg/apis/*/validation
"""

import re
from typing import Final

from kplan.apiserver.errors import StatusError

_IMMUTABLE: Final = re.compile(
    r"field is immutable|may not change once set|may not be changed in an update|is immutable after creation"
    r"|updates to statefulset spec for fields other than|pod updates may not change fields other than"
    r"|cannot change roleRef|is immutable$|field can not be less than previous value"
)


def immutable_paths(refusal: StatusError) -> tuple[str, ...]:
    """The fields whose immutability is all that a refusal is about; none where it is about more."""
    if refusal.code != 422 or not refusal.causes:
        return ()
    if not all(_IMMUTABLE.search(cause.message) for cause in refusal.causes):
        return ()
    return tuple(dict.fromkeys(cause.field for cause in refusal.causes))
