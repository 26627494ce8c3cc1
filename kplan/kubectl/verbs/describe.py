"""kubectl describe: everything there is to say about objects.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go
"""

from collections.abc import Iterable, Iterator
from functools import partial

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Found, Item, Wanted, choose, listed, split
from kplan.kubectl.deprecated import deprecations
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.given import names_files
from kplan.kubectl.paths import check_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.describe import ROSTER, Scene, describe
from kplan.kubectl.resources import LIST
from kplan.kubectl.veil import veiled
from kplan.kubectl.verb import Context, Query
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError


def run(arguments: Arguments, context: Context) -> Printed:
    """Describe objects. Raises UsageError."""
    if not arguments.words and not names_files(arguments):
        raise UsageError(
            f"You must specify the type of resource to describe. {LIST}", hint="or a file with -f"
        )
    given = wanted(arguments, context)
    asked = given.wanted._replace(kind_is_enough=True, latest=False)
    found = choose(context.server, asked)
    printed = Printed(exit=int(given.broken), err=deprecations(found, context.server))
    if len(asked.words) == 2 and asked.words[1] and len(found.failures) == 1:
        beginning = _beginning(context, asked)
        printed.text = "".join(f"{text}\n" for text in _texts(arguments, context, beginning, events=False))
        printed.refuse(() if beginning else found.failures)
        return printed
    unread = found.by_file and bool(found.failures)
    found.failures.sort(key=lambda one: isinstance(one, StatusError))
    found = _there(found, context.server)
    single = len(found.items) == 1 and not found.failures
    printed.text = "\n\n".join(_texts(arguments, context, found.items, events=single))
    printed.refuse(found.failures, nested=unread)
    if not found.items and not found.failures:
        all_namespaces = arguments.switch("all-namespaces")
        printed.warn(f"No resources found{'' if all_namespaces else f' in {asked.namespace} namespace.'}")
    return printed


def _there(found: Found, server: Server) -> Found:
    """Without objects of files that are not there, or that no request can name;
    kubectl asks for each of them itself.
    """
    kept = []
    for item in found.items:
        try:
            check_name(item.name)
            value = server.get(item.key) if item.source else item.value
            kept.append(item._replace(value=value))
        except (ClientError, StatusError) as error:
            found.failures.append(error)
    found.items = kept
    return found


def _texts(arguments: Arguments, context: Context, items: Iterable[Item], *, events: bool) -> Iterator[str]:
    wanted_events = arguments.switch("show-events") if arguments.given("show-events") else events
    scene = Scene(context.server.store, context.now, wanted_events, partial(veiled, arguments))
    values = (_as_asked(item, context.server) for item in items)
    return (describe(veiled(arguments, value, sizes=True), scene) for value in values)


def _as_asked(item: Item, server: Server) -> Json:
    """An object of a kind without a page of its own in the version that is asked for;
    others are described as they are kept.
    """
    if (item.resource.group, item.resource.kind) in ROSTER:
        return item.value
    return server.get(item.key, item.resource.api_version)


def _beginning(context: Context, asked: Wanted) -> list[Item]:
    """All objects whose names begin with the name that no object has (DescribeMatchingResources)."""
    kind, prefix = asked.words
    if "/" in kind:
        return []
    kinds, _ = split(asked._replace(words=(kind,)), context.server.discovery())
    items = (item for resource in kinds for item in listed(context.server, resource, asked))
    return [item for item in items if str(item.value["metadata"]["name"]).startswith(prefix)]


VERB = Query(
    usage="[KIND [NAME...] | KIND/NAME...]",
    about="""Show details of objects, with what belongs to them, as kubectl describe does.

    A name that matches no object selects all objects whose names begin with it. Ages are counted from the newest timestamp in the state.
    """,
    flags=(
        flags.ALL_NAMESPACES,
        Flag(
            "show-events", "Print the Events about the objects. Default: true for one object, false for several.",
            Kind.BOOL, metavar="true|false",
        ),
        *flags.FILES,
        flags.CHUNK_SIZE,
        flags.NAMESPACE,
        flags.SELECTOR,
    ),
    examples=(
        "describe deployment web", "describe pods -l app=web -n shop", "describe pod/web-0 svc/web",
        "describe pods web-7d9",
    ),
    run=run,
)  # fmt: skip
