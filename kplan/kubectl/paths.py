"""What a name may not be, as it stands in the path of a request.

Upstream: staging/src/k8s.io/client-go/rest/request.go (Name), staging/src/k8s.io/apimachinery/pkg/api/validation/path
"""

from kplan.apiserver.field import go_quote
from kplan.kubectl.wording import ClientError


def check_name(name: str) -> None:
    """See that a request can name an object. Raises ClientError."""
    if not name:
        raise ClientError("resource name may not be empty")
    problems = [f"may not be '{name}'"] if name in (".", "..") else [
        f"may not contain '{one}'" for one in "/%" if one in name
    ]  # fmt: skip
    if problems:
        raise ClientError(f"invalid resource name {go_quote(name)}: [{' '.join(problems)}]")
