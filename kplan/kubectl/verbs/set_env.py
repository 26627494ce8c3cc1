"""kubectl set env: variables of containers.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_env.go
"""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, Wanted, choose
from kplan.kubectl.environment import change_environment, listed
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.given import names_files
from kplan.kubectl.keyvalues import check_env_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.setting import SET_FLAGS, Setting, apply_setting, pod_spec
from kplan.kubectl.veil import hides, veiled_text
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wanted import wanted

_NEEDED = "one or more resources must be specified as <resource> <name> or <resource>/<name>"
_STDIN = "standard input holds no variables here (write them as NAME=VALUE)"
_BOTH = "can not both modify and remove the same environment variable in the same command"


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Set, remove or list variables. Raises UsageError or StatusError."""
    words = [word for word in arguments.words if not _is_variable(word)]
    if "-" in words:
        raise UsageError(_STDIN)
    if not words and not names_files(arguments):
        raise UsageError(_NEEDED)
    given = [*filter(_is_variable, arguments.words), *arguments.texts("env")]
    added = dict(one.partition("=")[::2] for one in given if not _removes(one))
    removed = [one[:-1] for one in given if _removes(one)]
    for name in added:
        check_env_name(name)
    if set(added) & set(removed):
        raise UsageError(_BOTH)
    printed = Printed()
    variables = [{"name": name, "value": text} for name, text in added.items()]
    variables += _from(arguments, context, printed) if arguments.text("from") else []
    if arguments.switch("list"):
        return _list(arguments, context, words, printed)

    def change(item: Item, value: Json) -> None:
        containers = list(_containers(item, value, arguments.text("containers")))
        name = value["metadata"]["name"]
        if not containers:
            pattern = arguments.text("containers")
            printed.warn(
                f'Warning: {item.resource.kind}/{name} does not have any containers matching "{pattern}"'
            )
        for container in containers:
            change_environment(
                container,
                variables,
                removed,
                f"{item.resource.plural}/{name}",
                overwrite=arguments.switch("overwrite"),
            )

    setting = Setting("env updated", change, "failed to patch env update to pod template:")
    done = apply_setting(arguments, context, words, setting)
    done.err = printed.err + done.err
    return done


def _is_variable(word: str) -> bool:
    return "=" in word or (word.endswith("-") and word != "-")


def _removes(word: str) -> bool:
    return "=" not in word and word.endswith("-")


def _containers(item: Item, value: Json, pattern: str) -> Iterator[Json]:
    spec = pod_spec(item, value)
    for field in ("initContainers", "containers"):
        yield from (one for one in spec.get(field) or () if fnmatchcase(one["name"], pattern))


def _from(arguments: Arguments, context: LiveContext, printed: Printed) -> list[Json]:
    """A variable of each key of a ConfigMap or Secret. Raises UsageError or StatusError."""
    source, keys, prefix = arguments.text("from"), arguments.texts("keys"), arguments.text("prefix")
    place = arguments.text("namespace") or "default"
    found = choose(context.server, Wanted(words=(source,), namespace=place))
    if found.failures:
        raise found.failures[0]
    item = found.items[0]
    if item.resource.kind not in ("ConfigMap", "Secret"):
        raise UsageError(f"unsupported resource specified in --from: {item.resource.kind}")
    field = "configMapKeyRef" if item.resource.kind == "ConfigMap" else "secretKeyRef"
    variables = []
    for key in sorted(item.value.get("data") or {}):
        if keys and key not in keys:
            continue
        name = re.sub(r"[^A-Za-z0-9_]", "_", key).upper()
        if name != key:
            printed.warn(f"Warning: key {key} transferred to {name}")
        reference = {"name": item.value["metadata"]["name"], "key": key}
        variables.append({"name": prefix + name, "valueFrom": {field: reference}})
    return variables


def _list(arguments: Arguments, context: LiveContext, words: Sequence[str], printed: Printed) -> Printed:
    given = wanted(arguments, context, words)
    found = choose(context.server, given.wanted._replace(every=arguments.switch("all")))
    if found.failures:
        printed.refuse(found.failures)
        return printed
    for item in found.items:
        for container in _containers(item, item.value, arguments.text("containers")):
            printed.say(
                f"# {item.resource.kind} {item.value['metadata']['name']}, container {container['name']}"
            )
            resolve = context.server if arguments.switch("resolve") else None
            lines = listed(
                container, resolve, item.value["metadata"].get("namespace", ""), secrets=not hides(arguments)
            )
            printed.out += [veiled_text(arguments, line) for line in lines]
    return printed


VERB = Change(
    usage="KIND NAME|KIND/NAME NAME=VALUE...|NAME-...",
    about="Set, remove or list variables of containers and show what follows.",
    flags=(
        Flag("env", "Variable: NAME=VALUE; repeatable.", Kind.STRING_ARRAY, "e", metavar="NAME=VALUE"),
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
