"""What the ``set`` verbs have in common: objects are chosen, one field of each changes, and what came of it is printed.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/{set,helper}.go
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import NOTHING_NAMED, Item, choose
from kplan.kubectl.deprecated import deprecations
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, PrintFlags, print_flags
from kplan.kubectl.reading import Decoder, holds_nothing, typed
from kplan.kubectl.verb import LiveContext
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError, behind
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
_T = TypeVar("_T")
_ERROR: Final = "error: "
_LINE: Final = "\n"
_ONLY_FILES: Final = """you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'"""
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
    change: Callable[[Item, Json], Sequence[str] | None]
    """Changes a copy of the object in place; returns what could not be set. Raises UsageError."""
    failing: str = ""
    """Stands before the server's refusal."""
    resource_version: str = ""
    keeps_quiet: bool = True
    """Whether nothing is printed for an object that did not change."""
    goes_on: bool = False
    """Whether kubectl changes one object after the other, also behind one that it cannot,
    and says at the end what went wrong.
    """
    check: Callable[[], None] | None = None
    """Refuses what is missing on the command line, once the objects are found. Raises UsageError."""


def pod_spec(item: Item, value: Json) -> Json:
    """The pod spec of an object. Raises UsageError if it has none."""
    found = value
    for step in _TEMPLATES.get(item.resource.kind, ()):
        found = found[step]
    if found is value:
        resource = item.resource
        place = f"{resource.plural if item.live else resource.kind.lower()}/{item.name}"
        raise UsageError(
            f"{place} the object is not a pod or does not have a pod template: "
            f"*{resource.version}.{resource.kind}"
        )
    return found


def apply_setting(
    arguments: Arguments, context: LiveContext, words: Sequence[str], setting: Setting
) -> Printed:
    """Change every object that the words mean. Raises UsageError, StatusError or ClientError."""
    telling, printed = print_flags(arguments), Printed()
    if arguments.switch("local") and words:
        raise UsageError(_ONLY_FILES)
    given = wanted(arguments, context, words)
    if arguments.switch("local"):
        if given.wanted.files is None:
            raise UsageError(NOTHING_NAMED)
        _check(arguments, setting, telling)
        return _local(context, given.wanted.files, setting, telling, printed)
    found = choose(context.server, given.wanted._replace(kind_is_enough=arguments.switch("all"), typed=True))
    printed.err += deprecations(found, context.server)
    if found.failures and not setting.goes_on:
        printed.refuse(found.failures)
        return printed
    _check(arguments, setting, telling)
    if setting.goes_on:
        refused = _one_by_one(found.items, lambda item: _set(context, item, setting, telling, printed, []))
        printed.refuse(found.behind(refused))
        return printed
    # kubectl changes every object before it sends the first, and says first what it could not change
    missing: list[str] = []
    problems = [
        text for item in found.items if (text := _set(context, item, setting, telling, printed, missing))
    ]
    _complain([*missing, *problems], printed)
    return printed


def _one_by_one(items: Sequence[_T], act: Callable[[_T], str]) -> list[StatusError | ClientError]:
    """Act on all; the answer is what the server, or kubectl itself, would not do."""
    refused = list[StatusError | ClientError]()
    for item in items:
        try:
            if text := act(item):
                refused.append(ClientError(text.removeprefix(_ERROR).removesuffix(_LINE)))
        except (StatusError, ClientError) as refusal:
            refused.append(refusal)
    return refused


def _complain(problems: Sequence[str], printed: Printed) -> None:
    """End with what went wrong; kubectl ends the lines about objects twice, which shows, if there are several."""
    for text in problems:
        alone = len(problems) == 1
        printed.fail(f"{_ERROR}{text.removeprefix(_ERROR).removesuffix(_LINE)}" if alone else text)


def _check(arguments: Arguments, setting: Setting, telling: PrintFlags) -> None:
    """Refuse what contradicts itself, or misses something. Raises UsageError."""
    if "selector" in arguments.flags and arguments.switch("all") and arguments.text("selector"):
        raise UsageError("cannot set --all and --selector at the same time")
    if arguments.switch("local") and telling.strategy is DryRunStrategy.SERVER:
        raise UsageError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")
    if setting.check is not None:
        setting.check()


def _set(
    context: LiveContext, item: Item, setting: Setting, telling: PrintFlags, printed: Printed, missing: list[str]
) -> str:  # fmt: skip
    """Change one object. Returns the error, if any; what could not be set is added to ``missing``."""
    before = context.server.show(item.key, item.resource.api_version) or item.value
    after = copy.deepcopy(before)
    try:
        missing += [f"{_ERROR}{text}" for text in setting.change(item, after) or ()]
    except UsageError as error:
        return f"{_ERROR}{error.message}{_LINE}"
    if after == before and setting.keeps_quiet:
        return ""
    if telling.strategy is not DryRunStrategy.CLIENT:
        try:
            after = _send(context, item, before, after, setting, telling, printed)
        except UsageError as error:
            return error.message
    telling.tell(printed, item.title, setting.word, after, typed=True)
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
    printed.pass_on(answer.warnings)
    return answer.value


def _local(
    context: LiveContext, objects: Sequence[Any], setting: Setting, telling: PrintFlags, printed: Printed
) -> Printed:
    """Change the objects of files, and print them. Raises ClientError."""
    if setting.goes_on:
        unread = list[StatusError | ClientError]()
        refused = _one_by_one(
            objects, lambda one: _changed_locally(context, one, setting, telling, printed, unread)
        )
        printed.refuse(behind(refused, unread))
        return printed
    problems: list[str] = []
    for item in local_items(context, objects):
        before = copy.deepcopy(item.value)
        try:
            problems += [f"{_ERROR}{text}" for text in setting.change(item, item.value) or ()]
        except UsageError as error:
            problems.append(f"{_ERROR}{error.message}{_LINE}")
            continue
        if item.value != before or not setting.keeps_quiet:
            telling.tell(printed, item.title, setting.word, item.value, typed=True)
    _complain(problems, printed)
    return printed


def _changed_locally(
    context: LiveContext, one: Any, setting: Setting, telling: PrintFlags, printed: Printed,
    unread: list[StatusError | ClientError],
) -> str:  # fmt: skip
    """Change an object of a file, and print it; the answer is why kubectl would not.

    One that it cannot read is ``unread``.
    """
    try:
        items = list(local_items(context, [one]))
    except ClientError as error:
        unread.append(error)
        return ""
    for item in items:
        try:
            setting.change(item, item.value)
        except UsageError as error:
            return error.message
        telling.tell(printed, item.title, setting.word, item.value, typed=True)
    return ""


def local_items(context: LiveContext, objects: Sequence[Any]) -> Iterator[Item]:
    """The objects of files as they are, without asking for those of the cluster. Raises ClientError."""
    for one in objects:
        if holds_nothing(one, Decoder.TYPED):
            continue
        value = typed(one, context.server)
        try:
            resource = context.server.resource_for(one.gvk)
        except StatusError as error:
            raise ClientError(error.message) from error
        yield Item(resource, value, live=False)
