"""kubectl diff: what an apply would change, as two folders of files compared.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/diff/{diff,prune}.go
"""

from collections.abc import Iterator, Sequence

from kplan.api.object import Object
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.diff import DiffOptions, DiffResult, diff
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.given import given_objects, require_files
from kplan.kubectl.labelselector import chosen_of_files
from kplan.kubectl.printed import Printed
from kplan.kubectl.pruning import add_pruned, parse_allowlist
from kplan.kubectl.pruningapply import prune_warnings
from kplan.kubectl.reading import Decoder, Failure, Options, gathered, list_of, parts_of
from kplan.kubectl.unified import unified
from kplan.kubectl.verb import Context, Query
from kplan.kubectl.wording import ClientError, NestedError, error_text, logged, lone


def run(arguments: Arguments, context: Context) -> Printed:
    """Compare; 1 if something differs, 2 if something is wrong. Raises HelpError."""
    try:
        return _compare(arguments, context)
    except HelpError:
        raise
    except UsageError as error:
        return Printed(exit=2, err=[f"error: {error.message}"])
    except (StatusError, ClientError) as error:
        return Printed(exit=2, err=[error_text(error).removesuffix("\n")])


def _compare(arguments: Arguments, context: Context) -> Printed:
    if arguments.words:
        raise HelpError(f"Unexpected args: [{' '.join(arguments.words)}]")
    require_files(arguments)
    options = _options(arguments)
    given = given_objects(arguments, context)
    server = Server(context.server.store.fork(), now=context.now, track_fields=True)
    result = diff(given.objects, server, options)
    printed = Printed(err=list(result.messages))
    if options.prune:
        usual = not arguments.texts("prune-allowlist")
        printed.err += prune_warnings(options.prune, context, usual=usual)
        add_pruned(result, server, options)
    if result.failures:
        printed.err = _until(result.failures[0].origin, result, given.objects)
        printed.err += _conflicts(result.failures, context)
        printed.exit = 2
        error = lone(gathered(result.failures)[0])
        sole = ClientError(str(error)) if isinstance(error, NestedError) else error
        printed.warn(error_text(sole).removesuffix("\n"))
        return printed
    printed.text = unified(result.files)
    printed.exit = 1 if printed.text else 0
    return printed


def _conflicts(failures: Sequence[Failure], context: Context) -> Iterator[str]:
    """The objects that others own fields of: kubectl takes that for a change in between,
    and tries again until it gives up.
    """
    for failure in failures:
        error = failure.error
        if isinstance(error, StatusError) and error.reason == "Conflict":
            gvk = failure.origin.gvk
            about = f"{gvk.group}/{gvk.version}, Kind={gvk.kind}: {failure.origin.name}"
            yield logged("diff.go:723", f"Object ({about}) keeps changing, diffing without lock", context.now)


def _until(failed: Object, result: DiffResult, objects: Sequence[Object]) -> list[str]:
    """The output up to the object at which kubectl stops."""
    objects = [part for one in objects for part in parts_of(one, Decoder.UNSTRUCTURED)]
    places = {id(one): place for place, one in enumerate(objects)}
    last, listed = places.get(id(failed), len(places)), list_of(failed)
    if listed:  # the rest of a list is still looked at
        last = max(place for place, one in enumerate(objects) if list_of(one) == listed)
    return list(dict.fromkeys(note.line for note in result.notes if places.get(id(note.origin), 0) <= last))


def _options(arguments: Arguments) -> DiffOptions:
    server_side = arguments.switch("server-side")
    if arguments.switch("force-conflicts") and not server_side:
        raise UsageError("--force-conflicts only works with --server-side")
    namespace, selector = arguments.text("namespace"), chosen_of_files(arguments.text("selector"))
    prune = parse_allowlist(arguments.texts("prune-allowlist")) if arguments.switch("prune") else ()
    return DiffOptions(
        Options(namespace or "default", bool(namespace), selector),
        server_side, arguments.switch("force-conflicts"), arguments.text("field-manager"),
        arguments.switch("show-managed-fields"), arguments.switch("show-secrets"),
        mask_annotations=False, prune=prune,
    )  # fmt: skip


VERB = Query(
    usage="-f PATH...",
    about="Show what an apply would change.",
    flags=(
        *flags.FILES,
        flags.NAMESPACE,
        flags.SELECTOR,
        switch("server-side", "Use server-side apply."),
        switch("force-conflicts", "With --server-side: take over fields that other managers own."),
        Flag("field-manager", "Manager that owns the applied fields.", metavar="NAME"),
        switch("show-managed-fields", "Keep metadata.managedFields."),
        switch("show-secrets", "Show the values of Secrets."),
        switch("prune", "Also show what an apply with --prune would remove."),
        Flag(
            "prune-allowlist", "Kinds to prune; repeatable.", Kind.STRING_ARRAY, metavar="GROUP/VERSION/KIND"
        ),
        Flag("concurrency", "Accepted as in kubectl.", Kind.INT, metavar="N", default="1"),
    ),
    examples=("diff -f web.yaml",),
    run=run,
    gate=True,
)
