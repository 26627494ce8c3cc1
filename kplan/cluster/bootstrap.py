"""The objects of every new cluster, created through the API server as it does itself.

Upstream: pkg/controlplane/{instance,controller/systemnamespaces}, pkg/registry/scheduling/rest/storage_scheduling.go
"""

from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.state.sources.default import of_the_api_server
from kplan.state.store import Store


def bootstrap(server: Server) -> None:
    """Create what is missing; an object that the state has already is kept."""
    for value in of_the_api_server():
        if server.find(Store.key_of(value)) is not None:
            continue
        try:
            server.create(value)
        except StatusError as refusal:
            if refusal.reason not in ("AlreadyExists", "Invalid"):
                raise
