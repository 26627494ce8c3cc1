"""What the ``rollout`` verbs have in common: which objects they are about, and their past revisions.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout, staging/src/k8s.io/kubectl/pkg/polymorphichelpers/history.go
"""

from collections.abc import Callable, Sequence
from typing import Final

from kplan.api.core.pod import PodTemplateSpec
from kplan.api.object import Json
from kplan.api.revisions import template_of
from kplan.apiserver.server import Server
from kplan.errors import UsageError, aggregate
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Found, Item, choose
from kplan.kubectl.deprecated import deprecations
from kplan.kubectl.given import names_files
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.podtemplate import pod_template
from kplan.kubectl.verb import Context
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import errors_text
from kplan.namedtuples import NamedTuple

ROLLOUT_FLAGS: Final = (flags.SELECTOR, *flags.FILES, flags.NAMESPACE)
_WORKLOADS: Final = frozenset(
    {
        ("", "Pod"), ("", "ReplicationController"), ("apps", "DaemonSet"), ("apps", "Deployment"), ("apps", "ReplicaSet"),
        ("apps", "StatefulSet"), ("batch", "CronJob"), ("batch", "Job"),
    }
)  # fmt: skip
"""What kubectl knows as workloads, with revisions or without."""
REVISION: Final = "deployment.kubernetes.io/revision"
CHANGE_CAUSE: Final = "kubernetes.io/change-cause"


class Revision(NamedTuple):
    """One revision of a workload: the object that keeps it."""

    number: int
    value: Json
    template: Json

    @property
    def cause(self) -> str:
        """Why it was made."""
        annotations = self.value["metadata"].get("annotations") or {}
        return annotations.get(CHANGE_CAUSE) or "<none>"

    @property
    def text(self) -> str:
        """Its pod template, as describe prints one, with why it was made among the annotations."""
        if self.cause == "<none>":
            return self.plain
        metadata = self.template.get("metadata") or {}
        annotations = {**(metadata.get("annotations") or {}), CHANGE_CAUSE: self.cause}
        return _described({**self.template, "metadata": {**metadata, "annotations": annotations}})

    @property
    def plain(self) -> str:
        """Its pod template as it is."""
        return _described(self.template)


def _described(template: Json) -> str:
    page = Page()
    pod_template(page, PodTemplateSpec(template))
    return page.plain()


def chosen(arguments: Arguments, context: Context, printed: Printed) -> Found:
    """The objects of a command line. Raises UsageError."""
    if not arguments.words and not names_files(arguments):
        raise UsageError("required resource not specified")
    given = wanted(arguments, context)
    found = choose(context.server, given.wanted._replace(kind_is_enough=True, typed=True))
    printed.exit = int(given.broken)
    printed.err += deprecations(found, context.server)
    return found


def without_revisions(item: Item, retrieving: str, missing: str) -> UsageError:
    """The error for a kind that has no revisions, or is not a workload."""
    resource = item.resource
    if (resource.group, resource.kind) in _WORKLOADS:
        return UsageError(f'no {missing} has been implemented for "{item.group_kind}"')
    element = f"{{{resource.group} {resource.kind}}}"
    return UsageError(
        f'error retrieving {retrieving} for "{item.group_kind}", no visitor method exists for {element}'
    )


def none_found(arguments: Arguments, printed: Printed) -> Printed:
    """Say that nothing was found."""
    printed.warn(f"No resources found in {arguments.text('namespace') or 'default'} namespace.")
    return printed


def each(found: Found, printed: Printed, act: Callable[[Item], None], *, prefixed: bool = False) -> Printed:
    """Do something with every object, and tell what went wrong with some;
    ``prefixed`` if kubectl notes it as an error itself.
    """
    problems = []
    for item in found.items:
        try:
            act(item)
        except UsageError as error:
            problems.append(error.message)
    if problems and found.failures and prefixed:
        alone = len(found.failures) == 1 and not found.by_file
        printed.fail(
            errors_text(found.failures).removesuffix("\n") if alone else aggregate(map(str, found.failures))
        )
        found.failures = []
    alone = len(problems) == 1 and not found.failures
    for problem in problems:
        printed.fail(f"{'error: ' if alone or prefixed else ''}{problem}")
    printed.refuse(found.failures, nested=prefixed and found.by_file)
    return printed


def revisions_of(server: Server, item: Item) -> Sequence[Revision]:
    """The revisions of a workload, oldest first."""
    group, kind = (
        item.resource.group,
        "ReplicaSet" if item.resource.kind == "Deployment" else "ControllerRevision",
    )
    metadata = item.value["metadata"]
    owned = [one for one in server.list(group, kind, metadata["namespace"]) if _owned(one, metadata["uid"])]
    made = [_of_replica_set(one) if kind == "ReplicaSet" else _of_revision(one) for one in owned]
    return sorted((one for one in made if one.number), key=lambda one: one.number)


def _owned(value: Json, uid: str) -> bool:
    owners = value["metadata"].get("ownerReferences") or ()
    return any(one.get("controller") and one["uid"] == uid for one in owners)


def _of_replica_set(value: Json) -> Revision:
    number = (value["metadata"].get("annotations") or {}).get(REVISION, "0")
    return Revision(int(number), value, value["spec"]["template"])


def _of_revision(value: Json) -> Revision:
    return Revision(value["revision"], value, template_of(value))
