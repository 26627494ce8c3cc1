"""kubectl set env: variables of containers.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_env.go
"""

import copy
import re
from collections.abc import Sequence
from functools import partial

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import WITH_FILES, Item, Wanted, choose
from kplan.kubectl.containernames import containers_named
from kplan.kubectl.dryrunstrategy import DryRunStrategy, strategy_of
from kplan.kubectl.environment import change_environment, listed
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.given import names_files
from kplan.kubectl.printed import Printed
from kplan.kubectl.resolving import Resolver
from kplan.kubectl.setting import SET_FLAGS, Setting, apply_setting, local_items, pod_spec
from kplan.kubectl.variables import given_variables
from kplan.kubectl.veil import hides, veiled, veiled_text
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wanted import wanted

_NOT_WITH_FILES = "resource/name arguments cannot be provided when a path is specified"
_UNSUPPORTED = "unsupported resource specified in --from"
_NEEDED = "one or more resources must be specified as <resource> <name> or <resource>/<name>"


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Set, remove or list variables. Raises UsageError or StatusError."""
    words, given = _divided(arguments)
    _check(arguments, words)
    chosen, removed = given_variables([*arguments.texts("env"), *given], context)
    printed = Printed()
    chosen += _from(arguments, context, printed) if arguments.text("from") else []
    prefix = arguments.text("prefix")
    added = [{**one, "name": f"{prefix}{one['name']}"} for one in chosen]
    if arguments.switch("list"):
        return _list(arguments, context, words, (added, removed), printed)

    def change(item: Item, value: Json) -> None:
        containers = list(containers_named(pod_spec(item, value), arguments.text("containers")))
        if not containers:
            printed.warn(_unmatched(item, arguments.text("containers")))
        for container in containers:
            change_environment(
                container,
                added,
                removed,
                _name_of(item, local=arguments.switch("local")),
                overwrite=arguments.switch("overwrite"),
            )

    setting = Setting("env updated", change, "failed to patch env update to pod template:")
    done = apply_setting(arguments, context, () if arguments.switch("local") else words, setting)
    done.err = printed.err + done.err
    return done


def _unmatched(item: Item, pattern: str) -> str:
    return f'Warning: {item.resource.kind}/{item.name} does not have any containers matching "{pattern}"'


def _divided(arguments: Arguments) -> tuple[Sequence[str], Sequence[str]]:
    """The words that name objects, and those of variables, which come after them. Raises UsageError."""
    words = arguments.words
    first = next((place for place, word in enumerate(words) if _is_variable(word)), len(words))
    if not all(map(_is_variable, words[first:])):
        raise UsageError(
            f"all resources must be specified before environment changes: {' '.join(arguments.words)}"
        )
    return words[:first], words[first:]


def _is_variable(word: str) -> bool:
    return "=" in word[1:] or word.endswith("-")


def _check(arguments: Arguments, words: Sequence[str]) -> None:
    """Refuse what makes no sense. Raises UsageError."""
    if arguments.switch("all") and arguments.text("selector"):
        raise UsageError("cannot set --all and --selector at the same time")
    if arguments.switch("local") and strategy_of(arguments) is DryRunStrategy.SERVER:
        raise UsageError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")
    if not words and not names_files(arguments):
        raise UsageError(_NEEDED)
    if arguments.switch("list") and arguments.text("output"):
        raise UsageError("--list and --output may not be specified together")
    if arguments.texts("keys") and not arguments.text("from"):
        raise UsageError("when specifying --keys, a configmap or secret must be provided with --from")


def _name_of(item: Item, *, local: bool) -> str:
    """The object as a refusal names it; of an object of a file that has a group kubectl ends the line."""
    return (item.title_of_kind + ("\n" if item.resource.group else "")) if local else item.place


def _from(arguments: Arguments, context: LiveContext, printed: Printed) -> list[Json]:
    """A variable of each key of a ConfigMap or Secret. Raises UsageError or StatusError."""
    source, keys = arguments.text("from"), arguments.texts("keys")
    place = arguments.text("namespace") or "default"
    if names_files(arguments):
        beside_files = _NOT_WITH_FILES if "/" in source else WITH_FILES
        raise UsageError(_UNSUPPORTED if arguments.switch("local") else beside_files)
    found = choose(
        context.server, Wanted(words=(source,), namespace=place, labels=arguments.text("selector"))
    )
    if found.failures:
        raise found.failures[0]
    item = found.items[0]
    if item.resource.kind not in ("ConfigMap", "Secret"):
        raise UsageError(_UNSUPPORTED)
    field = "configMapKeyRef" if item.resource.kind == "ConfigMap" else "secretKeyRef"
    variables = []
    for key in sorted(item.value.get("data") or {}):
        if keys and key not in keys:
            continue
        name = re.sub(r"[^A-Za-z0-9_]", "_", key).upper()
        if name != key:
            printed.warn(f"Warning: key {key} transferred to {name}")
        reference = {"name": item.value["metadata"]["name"], "key": key}
        variables.append({"name": name, "valueFrom": {field: reference}})
    return variables


def _list(
    arguments: Arguments, context: LiveContext, words: Sequence[str], changes: tuple[Sequence[Json], Sequence[str]],
    printed: Printed,
) -> Printed:  # fmt: skip
    """Print the variables as they would be after the changes, which are not made. Raises UsageError or ClientError."""
    given = wanted(arguments, context, words)
    if arguments.switch("local"):
        items = list(local_items(context, given.wanted.files or ()))
    else:
        found = choose(
            context.server, given.wanted._replace(kind_is_enough=arguments.switch("all"), typed=True)
        )
        items = found.items
        if found.failures:
            printed.refuse(found.failures)
            return printed
    for item in items:
        value = copy.deepcopy(item.value)
        place = arguments.text("namespace") or value["metadata"].get("namespace") or "default"
        try:
            spec = pod_spec(item, value)
        except UsageError:
            continue  # what has no pods has no variables to list
        pattern, found_any = arguments.text("containers"), False
        for container in containers_named(spec, pattern):
            found_any = True
            change_environment(container, *changes, "", overwrite=True)
            printed.say(f"# {item.resource.kind} {value['metadata']['name']}, container {container['name']}")
            shown = partial(veiled, arguments)
            resolver = Resolver(context.server, place, shown) if arguments.switch("resolve") else None
            lines, problems = listed(shown(container), shown(value), resolver, secrets=not hides(arguments))
            printed.out += [veiled_text(arguments, line) for line in lines]
            printed.err += problems
        if not found_any:
            printed.warn(_unmatched(item, pattern))
    return printed


VERB = Change(
    usage="KIND NAME|KIND/NAME NAME=VALUE...|NAME-...|-",
    about="Set, remove or list variables of containers and show what follows.",
    flags=(
        Flag(
            "env",
            "Variable: NAME=VALUE, or '-' for lines of these on standard input; repeatable.",
            Kind.STRING_ARRAY,
            "e",
            metavar="NAME=VALUE",
        ),
        Flag("from", "ConfigMap or Secret whose keys become variables.", metavar="KIND/NAME"),
        Flag("keys", "Only these keys.", Kind.STRINGS, metavar="KEY"),
        Flag("prefix", "Text before the names of these variables.", metavar="TEXT"),
        Flag("containers", "Containers; * stands for any text.", short="c", metavar="NAME", default="*"),
        switch("list", "List the variables."),
        switch("resolve", "List the values of references."),
        switch("overwrite", "Change variables that have a value.", default=True),
        *SET_FLAGS,
    ),
    examples=("set env deployment/web LOG=debug", "set env deployment/web --list"),
    run=run,
)
