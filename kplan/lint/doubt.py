"""Why an object that is not in the input may still exist, which distinguishes a missing object from an unknown one."""

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.made import EVERYWHERE, Made, is_built_in, made_by, memberlist
from kplan.api.podlabels import is_operators
from kplan.api.walk import items, mapping, text
from kplan.lint.beside import inhabitants_beside, pods_beside
from kplan.lint.nearness import are_near
from kplan.lint.roles import BINDINGS, Grant, grants_bound
from kplan.lint.world import Subject, World
from kplan.selectors.labels import Selector

_DEPLOYERS: Final[Mapping[str, tuple[str, ...]]] = {
    "HelmRelease.helm.toolkit.fluxcd.io": ("spec", "targetNamespace"),
    "Kustomization.kustomize.toolkit.fluxcd.io": ("spec", "targetNamespace"),
    "HelmChart.helm.cattle.io": ("spec", "targetNamespace"),
    "Application.argoproj.io": ("spec", "destination", "namespace"),
    "ApplicationSet.argoproj.io": ("spec", "template", "spec", "destination", "namespace"),
    "App.kappctrl.k14s.io": ("metadata", "namespace"),
    "PackageInstall.packaging.carvel.dev": ("metadata", "namespace"),
}
"""Kinds that deploy what the input does not show, and where they name the namespace."""
_KNOWN_GROUPS: Final = frozenset(
    {
        "monitoring.coreos.com", "cert-manager.io", "acme.cert-manager.io", "trust.cert-manager.io",
        "networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io",
        "gateway.networking.k8s.io", "gateway.networking.x-k8s.io", "policy.networking.k8s.io",
        "inference.networking.x-k8s.io", "traefik.io", "traefik.containo.us", "keda.sh", "external-secrets.io",
        "bitnami.com", "metallb.io", "kyverno.io", "cilium.io", "crd.projectcalico.org", "snapshot.storage.k8s.io",
        "groupsnapshot.storage.k8s.io", "secrets-store.csi.x-k8s.io", "autoscaling.k8s.io", "route.openshift.io",
        "projectcontour.io", "configuration.konghq.com", "kueue.x-k8s.io", "scheduling.x-k8s.io", "linkerd.io",
        "policy.linkerd.io", "source.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io", "image.toolkit.fluxcd.io",
        "externaldns.k8s.io", "elbv2.k8s.aws", "config.openshift.io", "security.openshift.io", "kapp.k14s.io",
    }
)  # fmt: skip
"""Groups whose objects make nothing beyond what the tables of made objects say."""
_KNOWN_KINDS: Final = frozenset({"AnalysisTemplate.argoproj.io", "ClusterAnalysisTemplate.argoproj.io", "AppProject.argoproj.io"})  # fmt: skip
_PODS: Final = (
    ("", "pods"), ("apps", "deployments"), ("apps", "daemonsets"), ("apps", "statefulsets"), ("batch", "jobs")
)  # fmt: skip
"""Resources whose creation lets somebody run pods of their own."""
_TO_REPLACE: Final = r"<[^<>]*>$|[^$]*(?:\$[({]|\{\{)"
"""Placeholders for a name."""
_PATTERN: Final = frozenset("*?[")
_BY_ADMINISTRATORS: Final = frozenset(
    {"PriorityClass.scheduling.k8s.io", "RuntimeClass.node.k8s.io", "StorageClass.storage.k8s.io",
     "IngressClass.networking.k8s.io", "PersistentVolume", "ClusterIssuer.cert-manager.io", "GatewayClass.gateway.networking.k8s.io"}
)  # fmt: skip
"""Kinds that come with a cluster rather than with an application."""


class _Names:
    """Names that objects will have, some of them patterns."""

    def __init__(self) -> None:
        self._exact: set[str] = set()
        self._patterns: list[str] = []

    def add(self, name: str) -> None:
        """One more; what is a pattern has a ``*``, ``?`` or ``[``."""
        if _PATTERN.isdisjoint(name):
            self._exact.add(name)
        else:
            self._patterns.append(name)

    def __contains__(self, name: str) -> bool:
        return name in self._exact or any(fnmatchcase(name, pattern) for pattern in self._patterns)


class Doubts:
    """What can be said about absent objects of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._made: dict[tuple[str, str], _Names] = {}
        for one in _all_made(world):
            self._made.setdefault((one.kind, one.namespace), _Names()).add(one.name)
        self._makers = _makers(world)

    def exists(self, key: ObjectKey) -> bool:
        """Whether an object exists although no manifest declares it:
        built in, or created because of another object of the input.
        """
        kind = key.group_kind
        where = key.namespace or self._world.namespace
        if (is_built_in(key) or is_built_in(key._replace(namespace=where))) and not _is_misspelt(key):
            return True
        made = (self._made.get((kind, place)) for place in (where, EVERYWHERE))
        return any(key.name in names for names in made if names is not None)

    def about(self, key: ObjectKey, subject: Subject) -> str:
        """Why it cannot be known whether an object exists; empty if the input would show it."""
        kind = key.group_kind
        if kind in self._world.captured or _is_misspelt(key):
            return ""
        if ("<" in key.name or "{" in key.name or "$" in key.name) and re.match(_TO_REPLACE, key.name):
            return "its name is to be replaced"
        if kind in _BY_ADMINISTRATORS and kind not in self._world.by_kind:
            return f"a {key.kind} usually comes with the cluster"
        creator = self._secret_makers.get(key.namespace or subject.namespace, "") if kind == "Secret" else ""
        return creator or self._elsewhere(kind, key, subject) or self.about_namespace(key.namespace, subject)

    def about_pods(self, subject: Subject) -> str:
        """Why the input may not show all pods of the namespace of an object."""
        return self.about_namespace(subject.namespace, subject)

    def about_programs(self, subject: Subject) -> str:
        """Why a program that is applied together with an object may make its pods."""
        near = (
            reason
            for maker, reason in self._pod_makers.get(subject.namespace, ())
            if are_near(subject, maker) or _is_policy_of(subject, maker)
        )
        return next(near, "")

    def about_labels(self, subject: Subject, selector: Selector) -> str:
        """Why pods that have some of the labels of a selector may have the others:
        their programs give them, as to a leader.
        """
        for pod, reason in self._labellers.get(subject.namespace, ()):
            for labels in pod.label_sets:
                kept = [one for one in selector.requirements if one.key in labels]
                if kept and all(one.matches(labels) for one in kept):
                    return reason
        return ""

    @cached_property
    def _labellers(self) -> Mapping[str, list[tuple[Subject, str]]]:
        """For each namespace, the pods that may change labels of pods there, and the reason."""
        found: dict[str, list[tuple[Subject, str]]] = {}
        for where, pod, reason in _able(self._world, Grant.labels_pods, "label its pods"):
            found.setdefault(where, []).append((pod, reason))
        return found

    @cached_property
    def _secret_makers(self) -> Mapping[str, str]:
        """For each namespace, who may create Secrets there, such as Jobs that create certificates."""
        found = _able(self._world, lambda grant: grant.creates("", "secrets"), "create it")
        return {where: reason for where, _, reason in found}

    @cached_property
    def _pod_makers(self) -> Mapping[str, list[tuple[Subject, str]]]:
        """For each namespace, who may create pods there, such as programs that deploy their own parts."""
        found: dict[str, list[tuple[Subject, str]]] = {}
        rights = _able(self._world, lambda grant: any(grant.creates(*one) for one in _PODS), "create it")
        for where, maker, reason in rights:
            found.setdefault(where, []).append((maker, reason))
        return found

    def about_namespace(self, given: str, subject: Subject) -> str:
        """Why the input may not show all objects of a namespace."""
        where = given or subject.namespace
        if subject.is_live:
            return "it was read from a cluster that is not given"
        if where in ("kube-system", "kube-public"):
            return f"the cluster itself keeps objects in {where}"
        if where != subject.namespace and not inhabitants_beside(subject, where):
            return f"nothing of the namespace {where} stands beside it"
        return self._makers.get(where, "")

    def _elsewhere(self, kind: str, key: ObjectKey, subject: Subject) -> str:
        """The object in another namespace, if one of the two does not say in which it lives."""
        for other in self._world.by_name.get((kind, key.name), ()):
            if not self._world.is_namespaced(other):
                continue
            if not _own_namespace(other) or not (_own_namespace(subject) or key.namespace):
                return "one of the two names no namespace, and may be given the other's"
        return ""


def doubts(world: World) -> Doubts:
    """What can be said about absent objects, worked out once."""
    return world.remember("doubts", Doubts)


def _is_misspelt(key: ObjectKey) -> bool:
    """Whether a name is nearly one of those that Kubernetes keeps for its own objects,
    or one that it keeps elsewhere.
    """
    if key.kind not in ("Role", "ClusterRole") and not key.name.startswith("system"):
        return False
    from kplan.lint.builtin import kept_elsewhere, meant  # noqa: PLC0415 - few objects are named so

    return bool(meant(key) or kept_elsewhere(key))


def of_no_pods(subject: Subject, selector: Selector) -> str:
    """Why it cannot be known that a selector means no pod; empty if the input would show it."""
    world = subject.world
    if world.shows_pods:
        return ""
    added = world.selection.added_by_operators
    for one in selector.requirements:
        if one.key in added or is_operators(one.key) or _is_of_own_operator(one.key, world):
            return f"the label {one.key} is given by a controller"
    named = subject.names_namespace
    if not named and not pods_beside(subject, subject.namespace):
        return "it names no namespace, and nothing that makes pods stands beside it"
    for namespace in world.pods:
        found = world.selection.selected(namespace, selector) if namespace != subject.namespace else ()
        if any(not (named and pod.names_namespace) for pod in found):
            return "one of the two names no namespace, and may be given the other's"
    known = doubts(world)
    if unseen := known.about_pods(subject) or known.about_labels(subject, selector):
        return unseen
    made = known.about_programs(subject)
    if not made:
        return ""
    from kplan.lint.nearlabels import is_misspelt_selector  # noqa: PLC0415 - few programs make pods

    return "" if is_misspelt_selector(selector, subject) else made


def _is_of_own_operator(key: str, world: World) -> bool:
    """Whether a label begins with a group that the input defines kinds of, and no pod of the input has it."""
    domain = key.partition("/")[0]
    groups = world.remember("defined groups", _defined_groups)
    return any(
        domain == group or domain.endswith(f".{group}") for group in groups
    ) and key not in world.remember("labels of pods", _labels_of_pods)


def _defined_groups(world: World) -> frozenset[str]:
    """The groups of custom kinds; one without a dot is no domain."""
    definitions = world.by_kind.get("CustomResourceDefinition.apiextensions.k8s.io", ())
    groups = (text(one.value, "spec", "group") for one in definitions)
    return frozenset(group for group in groups if "." in group)


def _labels_of_pods(world: World) -> frozenset[str]:
    return frozenset(
        key for pods in world.pods.values() for one in pods for labels in one.label_sets for key in labels
    )


def _all_made(world: World) -> Iterator[Made]:
    for subject in world.subjects:
        yield from made_by(subject.value, subject.kind, subject.namespace, world.workloads)
        if subject.template is not None:
            names = (memberlist(container.value) for container in subject.containers())
            yield from (Made("Secret", subject.namespace, name) for name in names if name)


def _able(world: World, allows: Callable[[Grant], bool], verb: str) -> Iterator[tuple[str, Subject, str]]:
    """The namespaces in which pods of the input have a right, with who it is, and that in words."""
    accounts: dict[tuple[str, str], list[Subject]] = {}
    for namespace, pods in world.pods.items():
        for one in pods:
            for name in dict.fromkeys(
                text(spec, "serviceAccountName") or text(spec, "serviceAccount") for _, spec in one.pods()
            ):
                accounts.setdefault((namespace, name), []).append(one)
    for binding in (one for kind in BINDINGS for one in world.by_kind.get(kind, ())):
        if not any(allows(grant) for _, grant in grants_bound(binding)):
            continue
        for _, bound in items(binding.value, "subjects"):
            home = text(bound, "namespace") or binding.namespace
            where = binding.namespace if binding.object.gvk.kind == "RoleBinding" else home
            known = bound.get("kind") == "ServiceAccount"
            for user in accounts.get((home, text(bound, "name")), ()) if known else ():
                yield where, user, f"{user.object.gvk.kind} {user.name!r} may {verb}"


def _makers(world: World) -> Mapping[str, str]:
    """For each namespace, who may create objects there that are not in the input."""
    found: dict[str, str] = {}
    for subject in world.subjects:
        steps = _DEPLOYERS.get(subject.kind)
        if steps is not None:
            where = text(subject.value, *steps) or subject.namespace
        elif _may_make(subject, world):
            where = subject.namespace
        else:
            continue
        found.setdefault(where, f"{subject.object.gvk.kind} {subject.name!r} may create it")
    return found


def _may_make(subject: Subject, world: World) -> bool:
    group = subject.object.gvk.group
    known = group in _KNOWN_GROUPS or subject.kind in _KNOWN_KINDS or subject.kind in world.workloads
    return "." in group and group not in world.own_groups and not known and bool(subject.spec)


def _is_policy_of(subject: Subject, program: Subject) -> bool:
    """Whether an object is a NetworkPolicy for the pods of a program,
    which means the parts that the program deploys, too.
    """
    from kplan.lint.podselection import label_selector  # noqa: PLC0415 - few programs make pods

    selector = label_selector(subject.spec.get("podSelector"))
    return selector is not None and not selector.empty and program.selected_by(selector)


def _own_namespace(subject: Subject) -> str:
    return text(mapping(subject.value, "metadata"), "namespace")
