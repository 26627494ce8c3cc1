"""A container as a rule sees it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.api.walk import mapping, text
from kplan.api.workloads import PodTemplate
from kplan.fieldpath import FieldPath
from kplan.namedtuples import NamedTuple

PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")


class Container(NamedTuple):
    """A container, where it stands and what kind of container it is."""

    path: FieldPath
    value: Mapping[str, Any]
    pod: PodTemplate
    """The pod it is in, or the template of that."""
    is_init: bool
    is_ephemeral: bool = False
    """Whether it was put into a pod that runs, to look at it: it has neither resources nor ports nor probes."""

    @property
    def name(self) -> str:
        """Its name."""
        return text(self.value, "name")

    @property
    def title(self) -> str:
        """What messages call it: ``container 'web'``; by its image if it has no name, as Knative allows."""
        image = text(self.value, "image")
        return f"container {self.name!r}" if self.name or not image else f"the container of {image!r}"

    @property
    def image(self) -> str:
        """The image; empty if it is not known, because it contains a variable or a template."""
        image = text(self.value, "image")
        return "" if "$" in image or "{{" in image else image

    @property
    def is_sidecar(self) -> bool:
        """Whether it is an init container that keeps running."""
        return self.is_init and self.value.get("restartPolicy") == "Always"

    def asked_ports(self, *handlers: str) -> Iterator[tuple[str, FieldPath, Any]]:
        """The ports that probes ask by some handlers: the probe, where its port stands, and the port,
        None if it has none.
        """
        for probe in PROBES:
            for handler in handlers:
                path = self.path / probe / handler / "port"
                yield probe, path, mapping(self.value, probe, handler).get("port")

    @property
    def pod_spec(self) -> Mapping[str, Any]:
        """The spec of its pod."""
        return self.pod.spec

    @property
    def pod_security(self) -> Mapping[str, Any]:
        """The securityContext of its pod, which holds if its own says nothing."""
        return mapping(self.pod.spec, "securityContext")

    @property
    def security(self) -> Mapping[str, Any]:
        """Its securityContext."""
        return mapping(self.value, "securityContext")
