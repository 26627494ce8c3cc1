"""A fix that adds a readiness probe to a container."""

from kplan.api.walk import items
from kplan.fixes import Fix, put, unsafe
from kplan.lint.container import Container


def connected(container: Container) -> Fix | None:
    """Hold a container for ready when its port takes connections; None if it has not just one TCP port."""
    ports = [port for _, port in items(container.value, "ports")]
    if len(ports) != 1 or ports[0].get("protocol", "TCP") != "TCP":
        return None
    port = ports[0].get("name") or ports[0].get("containerPort")
    probe = {"tcpSocket": {"port": port}}
    if not isinstance(port, (int, str)) or container.value.get("livenessProbe") == probe:
        return None
    return unsafe("wait until the port takes connections", put(container.path / "readinessProbe", probe))
