"""The server's warnings for deprecated kinds that a command reads.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/deprecation/deprecation.go
"""

from kplan.apiserver.server import Server
from kplan.kubectl.choosing import Found


def deprecations(found: Found, server: Server) -> list[str]:
    """The warnings about what was found and about what was asked for but not found, each once."""
    texts = dict.fromkeys(map(server.deprecation, (*found.resources, *found.missing)))
    return [f"Warning: {text}" for text in texts if text]
