"""ServiceAccounts.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (ServiceAccountDescriber)
"""

from typing import Final

from kplan.api.core.configuration import ServiceAccount
from kplan.api.object import Json
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE

_TITLE: Final = "Image pull secrets:"


def service_account(value: Json, page: Page, scene: Scene) -> None:
    """A ServiceAccount and the Secrets its pods pull images with."""
    identity(page, value)
    labelled(page, value)
    names = [one.name for one in ServiceAccount(value).image_pull_secrets] or [NONE]
    for index, name in enumerate(names):
        page.row(0, " " * len(_TITLE) if index else _TITLE, name)
    events(page, value, scene)
