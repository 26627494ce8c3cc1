"""What the ``set`` verbs have in common: objects are chosen, one field of each changes, and what came of it is printed.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/{set,helper}.go
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.decode import encode
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patching import PatchType
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, choose
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, PrintFlags, print_flags
from kplan.kubectl.server_fields import without_managed_fields
from kplan.kubectl.verb import LiveContext
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError
from kplan.namedtuples import NamedTuple

SET_FLAGS: Final = (
    flags.ALL,
    flags.SELECTOR,
    *flags.FILES,
    flags.NAMESPACE,
    switch("local", "Change the objects in the files and print them, without the API server."),
    flags.DRY_RUN,
    flags.FIELD_MANAGER,
    *OUTPUT,
)
WITHOUT_SELECTOR: Final = tuple(flag for flag in SET_FLAGS if flag is not flags.SELECTOR)
_TEMPLATES: Final = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    **dict.fromkeys(
        ("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "Job"),
        ("spec", "template", "spec"),
    ),
}


class Setting(NamedTuple):
    """One kind of change."""

    word: str
    """``image updated``"""
    change: Callable[[Item, Json], Any]
    """Changes a copy of the object in place. Raises UsageError."""
    failing: str = ""
    """Stands before the server's refusal."""
    resource_version: str = ""
    keeps_quiet: bool = True
    """Nothing is said of an object that did not change."""


def pod_spec(item: Item, value: Json) -> Json:
    """The pod spec of an object. Raises UsageError where it has none."""
    found = value
    for step in _TEMPLATES.get(item.resource.kind, ()):
        found = found[step]
    if found is value:
        resource = item.resource
        raise UsageError(
            f"{resource.plural}/{value['metadata']['name']} the object is not a pod or does not have a pod template: "
            f"*{resource.version}.{resource.kind}"
        )
    return found


def apply_setting(
    arguments: Arguments, context: LiveContext, words: Sequence[str], setting: Setting
) -> Printed:
    """Change every object that the words mean. Raises UsageError, StatusError or ClientError."""
    telling, printed = print_flags(arguments), Printed()
    given = wanted(arguments, context, words)
    if arguments.switch("local"):
        return _local(context, given.wanted.files or (), setting, telling, printed)
    if arguments.switch("all") and given.wanted.labels:
        raise UsageError("cannot set --all and --selector at the same time")
    found = choose(context.server, given.wanted._replace(every=arguments.switch("all")))
    if found.failures:
        printed.refuse(found.failures)
        return printed
    problems = [text for item in found.items if (text := _set(context, item, setting, telling, printed))]
    if problems:
        printed.complain([problems])
    return printed


def _set(context: LiveContext, item: Item, setting: Setting, telling: PrintFlags, printed: Printed) -> str:
    """Change one object; the answer is what went wrong."""
    before = without_managed_fields(context.server.show(item.key, item.resource.api_version) or item.value)
    after = copy.deepcopy(before)
    try:
        setting.change(item, after)
    except UsageError as error:
        return error.message
    if after == before and setting.keeps_quiet:
        return ""
    if telling.strategy is not DryRunStrategy.CLIENT:
        after = _send(context, item, before, after, setting, telling, printed)
    telling.tell(printed, item.title, setting.word, without_managed_fields(after))
    return ""


def _send(
    context: LiveContext, item: Item, before: Json, after: Json, setting: Setting, telling: PrintFlags,
    printed: Printed,
) -> Json:  # fmt: skip
    """Ask the server for the change. Raises UsageError or StatusError."""
    patch = [
        {"op": "add" if field not in before else "replace", "path": f"/{field}", "value": value}
        for field, value in after.items()
        if before.get(field) != value
    ]
    if setting.resource_version:
        patch.append(
            {"op": "replace", "path": "/metadata/resourceVersion", "value": setting.resource_version}
        )
    try:
        answer = context.server.patch(
            item.key, patch, PatchType.JSON, api_version=item.resource.api_version, manager="kubectl-set",
            dry_run=telling.strategy is DryRunStrategy.SERVER,
        )  # fmt: skip
    except StatusError as refusal:
        if not setting.failing:
            raise
        raise UsageError(f"{setting.failing} {refusal.message}") from refusal
    printed.err += [f"Warning: {warning}" for warning in answer.warnings]
    return answer.value


def _local(
    context: LiveContext, objects: Sequence[Any], setting: Setting, telling: PrintFlags, printed: Printed
) -> Printed:
    """Change the objects of files, and print them. Raises ClientError."""
    problems: list[str] = []
    for item in local_items(context, objects):
        try:
            setting.change(item, item.value)
        except UsageError as error:
            problems.append(error.message)
            continue
        telling.tell(printed, item.title, setting.word, item.value)
    if problems:
        printed.complain([problems])
    return printed


def local_items(context: LiveContext, objects: Sequence[Any]) -> Iterator[Item]:
    """The objects of files as they are, without asking for those of the cluster. Raises ClientError."""
    for one in objects:
        try:
            resource = context.server.resource_for(one.gvk)
        except StatusError as error:
            raise ClientError(error.message) from error
        gvk = GroupVersionKind.of(one.value["apiVersion"], one.value["kind"])
        yield Item(resource, encode(copy.deepcopy(one.value), gvk))
