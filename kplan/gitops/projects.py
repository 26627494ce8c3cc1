"""Argo CD's AppProject: what the applications of a project may be made of, where they may go, and what they may hold.

Upstream: github.com/argoproj/argo-cd pkg/apis/application/v1alpha1/app_project_types.go, util/argo/argo.go
    ValidatePermissions
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Object
from kplan.gitops.globs import globbed, matches
from kplan.gitops.looking import listing, mapping, text
from kplan.gitops.model import Application, Destination

_SSH = re.compile(r"^(?:ssh://)?[^@/:]+@[^/:]+:")


class Project:
    """One AppProject."""

    def __init__(self, one: Object) -> None:
        self.name, self.namespace = one.name, one.namespace
        self._spec = mapping(one.value.get("spec"))

    def refusals(self, one: Application) -> Iterator[str]:
        """Why Argo CD does not deploy an application, in its words."""
        project = f"project '{self.name}'"
        if one.namespace and self.namespace and not self._admits(one.namespace):
            yield f"application '{one.name}' in namespace '{one.namespace}' is not permitted to use {project}"
        for address in dict.fromkeys(one.repositories):
            if not self._permits_source(address):
                yield f"application repo {address} is not permitted in {project}"
        if self.permits_destination(one.destination, one.target_namespace) is False:
            server, namespace = one.destination.name or one.destination.server, one.target_namespace
            yield (
                f"application destination server '{server}' and namespace '{namespace}' do not match any of the "
                f"allowed destinations in {project}"
            )

    def refusal_of(self, one: Object, application: Application, *, namespaced: bool) -> str:
        """Why Argo CD does not deploy an object of an application; empty if it does."""
        if not self.permits(one.gvk, one.name, namespaced=namespaced):
            return f"resource {one.gvk.group}:{one.gvk.kind} is not permitted in project {self.name}"
        elsewhere = namespaced and one.namespace not in ("", application.target_namespace)
        if elsewhere and self.permits_destination(application.destination, one.namespace) is False:
            return f"namespace {one.namespace} is not permitted in project '{self.name}'"
        return ""

    def permits_destination(self, to: Destination, namespace: str) -> bool | None:
        """Whether a namespace of a cluster is a destination;
        None if that hangs on a name or an address that is not known.
        """
        answers = {self._is_destination(to, namespace, unknown=unknown) for unknown in (True, False)}
        return answers.pop() if len(answers) == 1 else None

    def _is_destination(self, to: Destination, namespace: str, *, unknown: bool) -> bool:
        """The same, if what is not known of the cluster matches, or does not."""
        found = False
        for item in map(mapping, listing(self._spec.get("destinations"))):
            by_name = _allows(item, "name", to.name, unknown=unknown)
            by_server = _allows(item, "server", to.server, unknown=unknown)
            inside = _globs(text(item.get("namespace")), namespace)
            if (by_server or by_name) and inside:
                found = True
            elif (
                (not by_name and _denies(item, "name"))
                or (not by_server and _denies(item, "server") and inside)
                or (not inside and _denies(item, "namespace") and by_server)
            ):
                return False
        return found

    def permits(self, gvk: GroupVersionKind, name: str, *, namespaced: bool) -> bool:
        """Whether objects of a kind may be part of an application."""
        if namespaced:
            allowed = self._spec.get("namespaceResourceWhitelist")
            return (allowed is None or _listed(gvk, "", allowed)) and not _listed(
                gvk, "", self._spec.get("namespaceResourceBlacklist")
            )
        return _listed(gvk, name, self._spec.get("clusterResourceWhitelist")) and not _listed(
            gvk, name, self._spec.get("clusterResourceBlacklist")
        )

    def _permits_source(self, address: str) -> bool:
        found, wanted = False, _normalised(address)
        for pattern in map(text, listing(self._spec.get("sourceRepos"))):
            deny = pattern.startswith("!")
            if _matches(_normalised(pattern.removeprefix("!")), wanted) is not deny:
                found = True
            elif deny:
                return False
        return found

    def _admits(self, namespace: str) -> bool:
        patterns = map(text, listing(self._spec.get("sourceNamespaces")))
        return namespace == self.namespace or any(_pattern_of_namespaces(one, namespace) for one in patterns)


def _allows(item: Mapping[str, Any], key: str, value: str, *, unknown: bool) -> bool:
    """Whether an entry names a cluster by name or address."""
    pattern = text(item.get(key))
    return _globs(pattern, value) if value else bool(pattern) and unknown


def _denies(item: Mapping[str, Any], key: str) -> bool:
    return text(item.get(key)).startswith("!")


def _globs(pattern: str, value: str) -> bool:
    """A pattern in which a star stands for everything; with ``!`` before it for what does not match."""
    if pattern.startswith("!"):
        return not globbed(pattern[1:], value)
    return pattern == "*" or globbed(pattern, value)


def _matches(pattern: str, address: str) -> bool:
    """A pattern of addresses, in which one star stays within two slashes."""
    return pattern == "*" or globbed(pattern, address, separator="/")


def _pattern_of_namespaces(pattern: str, namespace: str) -> bool:
    """A glob; between slashes it is a regular expression, which only a server can be asked about."""
    is_expression = len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/")
    return is_expression or globbed(pattern, namespace)


def _listed(gvk: GroupVersionKind, name: str, entries: Any) -> bool:
    """Whether a list names a kind, and the object if it names objects."""
    return any(
        matches(text(one.get("kind")), gvk.kind)
        and matches(text(one.get("group")), gvk.group)
        and (not name or not one.get("name") or matches(text(one.get("name")), name))
        for one in map(mapping, listing(entries))
    )


def _normalised(address: str) -> str:
    """An address as Argo CD compares it: ``git@host:owner/name.git`` as ``git@host/owner/name``."""
    found = address.strip().lower()
    if _SSH.match(found) and not found.startswith("ssh://"):
        found = found.replace(":", "/", 1)
    return found.removesuffix(".git").removeprefix("ssh://")
