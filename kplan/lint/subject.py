"""What an object says by itself: its type, its pods and their containers, what it names."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from kplan.api.customworkloads import Workload
from kplan.api.object import Object
from kplan.api.walk import find, items, mapping, text
from kplan.api.workloads import PodTemplate, custom_template, group_kind, pod_template
from kplan.fieldpath import ROOT, FieldPath

if TYPE_CHECKING:
    from kplan.api.references import Reference
    from kplan.lint.container import Container
    from kplan.selectors.labels import Selector

_CONTAINER_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")
_ANY_TEMPLATE: Final = "PodTemplate"
"""The kind whose rules hold for every pod template, whatever makes pods of it."""


class SingleObject:
    """An object, as far as it can be read without looking at others."""

    __slots__ = (
        "_added", "_containers", "_label_sets", "_lasting", "_references", "_windows", "kind", "name", "names_namespace", "namespace", "object", "templates", "value",
        "workload",
    )  # fmt: skip

    def __init__(self, item: Object, workloads: Mapping[str, Workload], namespace: str) -> None:
        """``namespace`` is where objects live that name none."""
        self.object = item
        self.value: Mapping[str, Any] = item.value
        self.kind = group_kind(item.value)
        """The group kind, as ``Deployment.apps``."""
        self.workload = workloads.get(self.kind)
        """What is known of a kind that is not Kubernetes' own and makes pods."""
        self.templates = tuple(self._read_templates())
        """The pod, or the templates of its pods."""
        self.name = text(self.value, "metadata", "name")
        """metadata.name."""
        own = text(self.value, "metadata", "namespace")
        self.names_namespace = bool(own)
        """Whether it says itself in which namespace it lives."""
        self.namespace = own or namespace
        """metadata.namespace, or the namespace that objects without one get."""
        self._added: Mapping[str, str] | None = None
        self._containers: tuple[Container, ...] | None = None
        self._lasting: tuple[Container, ...] = ()
        self._references: tuple[Reference, ...] | None = None
        self._label_sets: list[Mapping[str, str]] | None = None
        self._windows: bool | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds whose rules apply to it: for a custom resource with pod templates also those of workloads."""
        return (self.kind, _ANY_TEMPLATE) if self.workload and self.templates else (self.kind,)

    @property
    def like(self) -> str:
        """The kind of Kubernetes' own that it is used in place of, whose rules are about it as well; empty for none."""
        return self.workload.like if self.workload is not None else ""

    @property
    def is_live(self) -> bool:
        """Whether it was read from a cluster: what it names is there, not in files."""
        return bool(text(self.value, "metadata", "uid"))

    @property
    def spec(self) -> Mapping[str, Any]:
        """The object's own spec."""
        return mapping(self.value, "spec")

    @property
    def template(self) -> PodTemplate | None:
        """The pod, or the template of its pods; the first, if it has several."""
        return self.templates[0] if self.templates else None

    def pod_spec(self) -> Mapping[str, Any]:
        """The spec of its pods; empty if it has none."""
        return self.templates[0].spec if self.templates else {}

    def pods(self) -> Iterator[tuple[FieldPath, Mapping[str, Any]]]:
        """Where the spec of its pods stands, and that spec; of a custom resource there may be several."""
        return ((template.path / "spec", template.spec) for template in self.templates)

    def volumes(self) -> Iterator[tuple[FieldPath, Mapping[str, Any]]]:
        """Where each volume of its pods stands, and the volume;
        those that claims of a StatefulSet take the place of are left out.
        """
        claimed = {text(claim, "metadata", "name") for _, claim in items(self.spec, "volumeClaimTemplates")}
        for path, spec in self.pods():
            for index, volume in items(spec, "volumes"):
                if not claimed or volume.get("name") not in claimed:
                    yield path / "volumes" / index, volume

    def pod_path(self) -> FieldPath:
        """Where that spec stands."""
        return self.templates[0].path / "spec" if self.templates else FieldPath("spec")

    @property
    def is_windows(self) -> bool:
        """Whether its pods run on Windows, if Linux' security contexts are refused or mean nothing."""
        if self._windows is None:
            self._windows = self._asks_for_windows()
        return self._windows

    def _asks_for_windows(self) -> bool:
        pod = self.pod_spec()
        return (
            text(pod, "os", "name") == "windows"
            or is_for_windows(pod)
            or _needs_windows(pod)
            or bool(mapping(pod, "securityContext").get("windowsOptions"))
            or any(container.security.get("windowsOptions") for container in self.containers())
        )

    @property
    def makes_pods(self) -> bool:
        """Whether pods are created because of it."""
        return self.kind != _ANY_TEMPLATE and bool(self.templates or (self.workload and self.workload.labels))

    @property
    def pod_labels(self) -> Mapping[str, str]:
        """The labels its template gives pods; of the first, if it has several."""
        return self.label_sets[0]

    @property
    def label_sets(self) -> list[Mapping[str, str]]:
        """The labels of its pods, by template."""
        if self._label_sets is None:
            given = [template.labels for template in self.templates]
            if not given and (borrowed := self._borrowed_label_sets()):
                return borrowed
            self._label_sets = given or [self._labels_without_template()]
        return self._label_sets

    def _borrowed_label_sets(self) -> list[Mapping[str, str]]:
        """The labels of its pods if it runs those of another object, which cannot be told without looking at it."""
        return []

    def selected_by(self, selector: "Selector") -> bool:
        """Whether a selector may mean pods of it: those with labels that controllers add as well."""
        may_match = _may_match()
        return any(may_match(selector, labels, self.added_labels) for labels in self.label_sets)

    @property
    def added_labels(self) -> Mapping[str, str]:
        """The labels that controllers add to its pods, each with the pattern of its values."""
        if self._added is None:
            from kplan.api.podlabels import added_labels  # noqa: PLC0415 - likewise

            self._added = added_labels(self.kind, self.name)
            if self.workload is not None:
                own = {
                    key: value.replace("{name}", self.name) or "*"
                    for key, value in self.workload.labels.items()
                }
                self._added = {**self._added, **own}
        return self._added

    def _labels_without_template(self) -> Mapping[str, str]:
        if self.workload is None or not self.workload.metadata:
            return {}
        labels = mapping(self.value, *self.workload.metadata.split("."), "labels")
        return {key: value for key, value in labels.items() if isinstance(value, str)}

    def port_names(self, protocol: str) -> frozenset[str]:
        """The names of the ports of a protocol that its running containers declare, and of those
        that its controller adds.

        Upstream: pkg/api/v1/pod/util.go (FindPort)
        """
        declared = (
            text(port, "name")
            for container in self.main_containers()
            for _, port in items(container.value, "ports")
            if (text(port, "protocol") or "TCP") == protocol
        )
        return frozenset((*declared, *(self.workload.ports if self.workload else ())))

    @property
    def references(self) -> "tuple[Reference, ...]":
        """Every object it names."""
        if self._references is None:
            from kplan.api.references import references  # noqa: PLC0415 - likewise

            self._references = tuple(references(self.value, self.templates))
        return self._references

    def containers(self) -> "tuple[Container, ...]":
        """All containers of its pods, init containers first; ephemeral ones too, which a running pod may have."""
        if self._containers is None:
            self._containers = read = tuple(self._read_containers())
            some = any(one.is_ephemeral for one in read)
            self._lasting = tuple(one for one in read if not one.is_ephemeral) if some else read
        return self._containers

    def lasting_containers(self) -> "tuple[Container, ...]":
        """Those that may have resources, ports and probes: all but ephemeral ones."""
        if self._containers is None:
            self.containers()
        return self._lasting

    def main_containers(self) -> "Iterator[Container]":
        """The containers that run as long as the pod: sidecars too, other init containers not."""
        return (
            container
            for container in self.lasting_containers()
            if not container.is_init or container.is_sidecar
        )

    def _read_containers(self) -> "Iterator[Container]":
        if not self.templates:
            return
        from kplan.lint.container import Container  # noqa: PLC0415 - likewise

        for template in self.templates:
            for name in _CONTAINER_LISTS:
                for index, container in items(template.spec, name):
                    yield Container(
                        template.path / "spec" / name / index, container, template, name == "initContainers",
                        name == "ephemeralContainers",
                    )  # fmt: skip

    def _read_templates(self) -> Iterator[PodTemplate]:
        own = pod_template(self.value, self.kind)
        if own is not None:
            yield own
        elif self.workload is not None:
            places = (
                place for pattern in self.workload.templates for place in find(self.value, pattern, ROOT)
            )
            yield from (PodTemplate(path, found) for path, found in places if isinstance(found, dict))
        elif "." in self.kind and (custom := custom_template(self.value)) is not None:
            yield custom


def is_for_windows(selecting: Mapping[str, Any]) -> bool:
    """Whether a node selector, that of a pod or of a RuntimeClass, asks for Windows nodes."""
    wanted = mapping(selecting, "nodeSelector")
    return "windows" in (wanted.get("kubernetes.io/os"), wanted.get("beta.kubernetes.io/os"))


def _needs_windows(pod: Mapping[str, Any]) -> bool:
    """Whether a required node affinity lets its pods run on Windows nodes only: each of its terms asks for one."""
    required = mapping(pod, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    terms = [term for _, term in items(required, "nodeSelectorTerms")]
    return bool(terms) and all(
        any(
            text(one, "key") == "kubernetes.io/os"
            and text(one, "operator") == "In"
            and one.get("values") == ["windows"]
            for _, one in items(term, "matchExpressions")
        )
        for term in terms
    )


@cache
def _may_match() -> "Callable[[Selector, Mapping[str, str], Mapping[str, str]], bool]":
    from kplan.lint.selecting import may_match  # noqa: PLC0415 - few objects are asked; once, as some are by thousands

    return may_match
