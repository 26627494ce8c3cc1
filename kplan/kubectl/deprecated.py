"""What the server says of the kinds that a command line reads, where they are on their way out.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/deprecation/deprecation.go
"""

from kplan.apiserver.warnings.deprecation import deprecation_of
from kplan.kubectl.choosing import Found


def deprecations(found: Found, version: str) -> list[str]:
    """The warnings of what was found and of what was asked for in vain, each once."""
    texts = dict.fromkeys(deprecation_of(one.gvk, version) for one in (*found.resources, *found.missing))
    return [f"Warning: {text}" for text in texts if text]
