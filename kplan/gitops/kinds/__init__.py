"""The kinds that deploy something, one file a kind, and their roster."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from kplan.api.object import Object
from kplan.gitops.kinds import application, applicationset, helmrelease, kustomization
from kplan.gitops.looking import Looking
from kplan.gitops.model import Application, Unfollowed

Reader = Callable[[Object, Looking], Iterator[Application | Unfollowed]]

KINDS: Final[Mapping[str, Reader]] = {
    "Application.argoproj.io": application.read,
    "ApplicationSet.argoproj.io": applicationset.read,
    "Kustomization.kustomize.toolkit.fluxcd.io": kustomization.read,
    "HelmRelease.helm.toolkit.fluxcd.io": helmrelease.read,
}
