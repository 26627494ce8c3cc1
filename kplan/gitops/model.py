"""An application: what is built of which sources, where it goes, and what it waits for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kplan.diagnostics import Location
from kplan.namedtuples import NamedTuple

_NOWHERE = Location("")


class Tool(StrEnum):
    """How a source becomes objects."""

    DIRECTORY = "directory"
    KUSTOMIZE = "kustomize"
    HELM = "helm"


@dataclass(frozen=True, slots=True)
class Source:
    """A folder, and what an application does to it."""

    path: str
    """The folder, as it is from the working directory."""
    tool: Tool
    edits: Mapping[str, Any] = field(default_factory=dict)
    """Fields that the application adds to the folder's kustomization."""
    files: tuple[str, ...] = ()
    """The manifests of a plain folder; none if all of it is read."""
    values: tuple[str, ...] = ()
    """Files of values of a chart."""
    inline_values: tuple[Mapping[str, Any], ...] = ()
    """Values of a chart that the application holds itself."""
    release: str = ""
    variables: Mapping[str, str] | None = None
    """What ``${NAME}`` stands for in the built objects; None if nothing is substituted."""


class Destination(NamedTuple):
    """A cluster, by what is known of it."""

    name: str = ""
    server: str = ""


_UNKNOWN = Destination()


@dataclass(frozen=True, slots=True)
class Application:
    """What one Argo CD Application, Flux Kustomization or HelmRelease deploys."""

    kind: str
    """As ``Application.argoproj.io``."""
    namespace: str
    """The namespace of the object itself."""
    name: str
    sources: tuple[Source, ...] = ()
    target_namespace: str = ""
    """The namespace of objects that name none."""
    cluster: str = ""
    """The cluster it is deployed to; empty for the one that holds the object."""
    destination: Destination = _UNKNOWN
    """The same by name and address, as far as they are known."""
    project: str = ""
    """The AppProject that says what it may."""
    repositories: tuple[str, ...] = ()
    """The addresses of its sources, in order, whether they are followed or not."""
    enforced: bool = False
    """Every object goes to the target namespace, whatever it names itself."""
    creates_namespace: bool = False
    prunes: bool = False
    """Objects that it no longer names are deleted."""
    wave: int = 0
    """Applications of lower waves come first."""
    after: tuple[str, ...] = ()
    """The titles of the applications that it waits for."""
    labels: Mapping[str, str] = field(default_factory=dict)
    location: Location = _NOWHERE
    """Where it is defined."""
    parent: str = ""
    """The title of the application that made it."""
    root: str = ""
    """The folder of the file that led to it: of two clusters in one repository each has its own."""

    @property
    def title(self) -> str:
        """``argocd/guestbook``: what distinguishes it from all others of its kind."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


@dataclass(frozen=True, slots=True)
class Refused:
    """An application that does not deploy, or a part of it, and why."""

    application: Application
    reason: str
    location: Location = _NOWHERE


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A source or an object that is not followed, and why."""

    title: str
    reason: str
    location: Location = _NOWHERE
    help: str = ""
