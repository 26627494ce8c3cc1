"""kubectl get: objects as tables, documents or names.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/get.go
"""

from collections.abc import Sequence

from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.choosing import Found, Item, Wanted, choose, without_not_found
from kplan.kubectl.deprecated import deprecations
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.given import names_files
from kplan.kubectl.ordering import as_kept, in_table_order, in_time, sort
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.customcolumns import custom_table
from kplan.kubectl.printers.documents import shown, whole_of
from kplan.kubectl.printers.failing import TemplateFailedError
from kplan.kubectl.printers.jsonpath.text import relaxed_text
from kplan.kubectl.printers.output import COLUMNS, GO_TEMPLATE, JSONPATH, WHOLE, Output, output_of
from kplan.kubectl.printers.tables import TableOptions, is_built_in, tables
from kplan.kubectl.printflags import TEMPLATE
from kplan.kubectl.raw import RAW, check_path
from kplan.kubectl.resources import LIST
from kplan.kubectl.scaleitems import scale_item
from kplan.kubectl.sorting import UnsortableError
from kplan.kubectl.veil import hides, veiled
from kplan.kubectl.verb import Context, Query
from kplan.kubectl.wanted import is_namespace_shown, wanted
from kplan.kubectl.watching import Future, following
from kplan.kubectl.wording import ClientError, each_of
from kplan.masking.names import MASK

_FORMATS = ("text", "wide", "name", *WHOLE, *COLUMNS)
_MASKED = "kplan: values of Secrets, and of variables that look like credentials, are masked (--show-secrets shows them)"


def run(arguments: Arguments, context: Context) -> Printed:
    """Print objects. Raises UsageError."""
    if arguments.text("raw"):
        return _raw(arguments, context)
    output = _output(arguments)
    _check_flags(arguments)
    given = wanted(arguments, context)
    if arguments.text("subresource") and len(given.wanted.words) == 1 and "/" not in given.wanted.words[0]:
        raise UsageError("subresource cannot be used when bulk resources are specified")
    tabled = not isinstance(output, UsageError) and _is_table(output) and arguments.switch("server-print")
    found = choose(context.server, given.wanted._replace(kind_is_enough=True, tabled=tabled))
    if isinstance(output, UsageError):
        raise output if not (found.single and found.failures) else found.failures[0]
    _narrow(found, arguments, context)
    if path := arguments.text("sort-by"):
        try:
            sort(found, path, tabled=_is_table(output))
        except UnsortableError as error:
            return _unsortable(relaxed_text(path), error, output, context)
    notes = [*_notes(arguments), *deprecations(found, context.server)]
    printed = Printed(exit=int(given.broken), err=notes)
    if _watches(arguments):
        found.items = in_time(found.items)
    if _is_table(output) and not arguments.text("sort-by") and len(arguments.words) == 1:
        found.items = in_table_order(found.items)
    if not (arguments.switch("watch-only") or _withheld(found, output)):
        _print_found(arguments, context, found, output, printed)
    _refuse(found, output, printed)
    if not _is_table(output) and hides(arguments) and MASK in printed.text:
        printed.warn(_MASKED)
    if _watches(arguments) and context.future is not None and not output.whole and not found.failures:
        _follow(arguments, context.future, given.wanted, found, context, printed)
    return printed


def _check_flags(arguments: Arguments) -> None:
    """Check what does not depend on objects. Raises UsageError or HelpError."""
    if not arguments.words and not names_files(arguments):
        raise _nothing_named()
    asked = arguments.text("output")
    if arguments.switch("show-labels") and asked not in ("", "text", "wide"):
        raise UsageError(f"--show-labels option cannot be used with {asked} printer")
    if arguments.switch("output-watch-events") and not _watches(arguments):
        raise UsageError("--output-watch-events option can only be used with --watch or --watch-only")


def _narrow(found: Found, arguments: Arguments, context: Context) -> None:
    """Leave out what flags ignore, and put the subresource that is asked for in place of each object."""
    if arguments.switch("ignore-not-found"):
        found.failures = without_not_found(found.failures)
    if arguments.given("subresource"):
        _use_subresource(arguments.text("subresource"), found, context)
    if not _watches(arguments):
        found.items = as_kept(found.items)


def _print_found(
    arguments: Arguments, context: Context, found: Found, output: Output, printed: Printed
) -> None:
    """Print what was found; what goes wrong with documents joins the failures, if there are some. Raises UsageError."""
    try:
        _print(arguments, context, found, output, printed)
    except UsageError as error:
        if not found.failures or _is_table(output):
            raise
        printed.text = error.printed if isinstance(error, TemplateFailedError) else printed.text
        found.failures.append(ClientError(error.message))


def _output(arguments: Arguments) -> Output | UsageError:
    """What ``-o`` says; kubectl finds out that it makes no sense when it has something to print."""
    try:
        return output_of(arguments, formats=_FORMATS)
    except UsageError as error:
        return error


def _alone(found: Found, output: Output) -> bool:
    """Whether one object is named whose document is to be printed; what is wrong with it is then no list."""
    return found.single and not found.by_file and not _is_table(output)


def _refuse(found: Found, output: Output, printed: Printed) -> None:
    """Report what was not found, in a nested list for tables and a plain one for documents."""
    if _alone(found, output) or _withheld(found, output):
        printed.refuse(found.failures)
    elif _is_table(output):
        printed.refuse(found.failures, nested=True)
    else:
        printed.refuse(each_of(found.failures))


def _withheld(found: Found, output: Output) -> bool:
    """Whether nothing is printed: kubectl takes one file for one object, and prints documents only if all is well."""
    return found.by_file and found.single and bool(found.failures) and not _is_table(output)


def _raw(arguments: Arguments, context: Context) -> Printed:
    """Print what a path of the API answers. Raises UsageError or StatusError."""
    from kplan.kubectl.rest import requests  # noqa: PLC0415 - few lines have --raw

    if arguments.words:
        raise UsageError("arguments may not be passed when --raw is specified")
    if _watches(arguments) or arguments.text("selector"):
        raise UsageError(
            "--raw may not be specified with other flags that filter the server request or alter the output"
        )
    check_path(arguments)
    return requests.read(arguments, context)


def _unsortable(path: str, error: UnsortableError, output: Output, context: Context) -> Printed:
    """End as kubectl's log does where it comes upon values that have no order."""
    stamp = context.now.strftime("%m%d %H:%M:%S.%f")
    line, what = (375, "[][][]reflect.Value") if _is_table(output) else (329, "*unstructured.Unstructured")
    printed = Printed()
    printed.fail(
        f"F{stamp}       1 sorter.go:{line}] "
        f"Field {path} in {what} is an unsortable type: interface, err: {error.message}"
    )
    return printed


def _is_table(output: Output) -> bool:
    return not output.whole and output.name != "name" and output.name not in COLUMNS


def _notes(arguments: Arguments) -> list[str]:
    """Warnings about flags that do not go together."""
    for flag, text in (
        ("watch", "warning: --watch requested, --sort-by will be ignored for watch events received"),
        ("watch-only", "warning: --watch-only requested, --sort-by will be ignored"),
    ):
        if arguments.switch(flag) and arguments.text("sort-by"):
            return [text]
    return []


def _watches(arguments: Arguments) -> bool:
    return arguments.switch("watch") or arguments.switch("watch-only")


def _follow(
    arguments: Arguments, future: Future, wanted: Wanted, found: Found, context: Context, printed: Printed
) -> None:
    """Print a row for every change until the cluster is at rest. Raises UsageError."""
    if len({one.gvk for one in found.resources}) > 1:
        raise UsageError(
            "watch is only supported on individual resources and resource collections"
            " - more than 1 resource was found"
        )
    names = [item.value["metadata"]["name"] for item in found.items] if found.single else ()
    options, nothing = _options(arguments, context, found), not printed.text
    seen = {item.key for item in found.items}
    for when, item in following(future, found.resources, names, wanted):
        headers = options.headers and not printed.text
        event = options.event and ("MODIFIED" if item.key in seen else "ADDED")
        seen.add(item.key)
        printed.text += tables(
            context.server,
            _shown(arguments, [item]),
            options._replace(now=when, headers=headers, event=event),
        )
    if nothing and printed.text:
        printed.err = [line for line in printed.err if not line.startswith("No resources found")]


def _print(arguments: Arguments, context: Context, found: Found, output: Output, printed: Printed) -> None:
    if output.name == "name":
        printed.out = [item.title for item in found.items]
    elif _is_table(output):
        _table(arguments, context, found, printed)
    elif found.items or not (arguments.switch("ignore-not-found") or (found.single and found.failures)):
        # documents leave out who owns which field, templates are asked of all of an object
        managed_fields = arguments.switch("show-managed-fields") or output.name in (
            *JSONPATH,
            *GO_TEMPLATE,
            *COLUMNS,
        )
        values = (
            [item.value for item in found.items]
            if arguments.text("subresource") == "scale"
            else shown(context.server, found.items, managed_fields=managed_fields)
        )
        if output.whole:
            printed.text = output.render(whole_of(values, single=found.single))
        else:
            printed.text = custom_table(output, values, headers=not arguments.switch("no-headers"))


def _use_subresource(name: str, found: Found, context: Context) -> None:
    """Put subresources in the place of the objects; the status is the whole object. Raises StatusError."""
    if name == "scale":
        found.items = [scale_item(context.server, item) for item in found.items]


def _options(arguments: Arguments, context: Context, found: Found) -> TableOptions:
    return TableOptions(
        now=context.now,
        wide=arguments.text("output") == "wide",
        namespaces=arguments.switch("all-namespaces"),
        headers=not arguments.switch("no-headers"),
        kinds=arguments.switch("show-kind") or len({one.gvk for one in found.resources}) > 1,
        labels=arguments.switch("show-labels"),
        label_columns=arguments.texts("label-columns"),
        widths=found.widths if _watches(arguments) else None,
        event="ADDED" if arguments.switch("output-watch-events") else "",
        plain=not arguments.switch("server-print"),
        asked=found.resources,
    )


def _table(arguments: Arguments, context: Context, found: Found, printed: Printed) -> None:
    items = _shown(arguments, found.items)
    printed.text = tables(context.server, items, _options(arguments, context, found))
    if printed.text or found.failures or arguments.switch("ignore-not-found"):
        return
    inside = is_namespace_shown(arguments, found.resources)
    where = f" in {arguments.text('namespace') or 'default'} namespace." if inside else ""
    printed.warn(f"No resources found{where}")


def _shown(arguments: Arguments, items: Sequence[Item]) -> Sequence[Item]:
    """Objects as a table may show them: columns of most kinds have nothing to hide, but their labels may."""
    labels = arguments.switch("show-labels") or arguments.texts("label-columns")
    if not hides(arguments):
        return items
    return [
        item._replace(value=veiled(arguments, item.value))
        if labels or item.key.kind == "Event" or not is_built_in(item.resource)
        else item
        for item in items
    ]


def _nothing_named() -> HelpError:
    more = 'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).'
    return HelpError(
        "Required resource not specified.",
        hint="name a kind, as in: get pods",
        before=f"You must specify the type of resource to get. {LIST}\n\n",
        after=more,
    )


VERB = Query(
    usage="KIND[,KIND...] [NAME...] | KIND/NAME... | -f PATH",
    about="""Print objects of the state, as kubectl get does.

    KIND is the plural, singular or short name of a kind, 'all' or another category. Add the group where two kinds
    share a name: certificates.cert-manager.io.
    """,
    flags=(
        flags.ALL_NAMESPACES,
        flags.NAMESPACE,
        flags.SELECTOR,
        flags.FIELD_SELECTOR,
        *flags.FILES,
        flags.CHUNK_SIZE,
        switch("server-print", "Print the columns of the kind; without, only name and age.", default=True),
        Flag("subresource", "Print a subresource: status or scale.", metavar="status|scale"),
        switch("ignore-not-found", "Do not fail when an object does not exist."),
        switch("watch", "Also print every change until the cluster settles; nothing is stored.", "w"),
        switch("watch-only", "Print only the changes until the cluster settles."),
        switch("output-watch-events", "With --watch: print also whether objects are added or modified."),
        switch("no-headers", "Print no headings."),
        Flag("sort-by", "Sort by a field, such as .metadata.name or {.spec.replicas}.", metavar="PATH"),
        switch("show-kind", "Print the kind before names."),
        switch("show-labels", "Print all labels as the last column."),
        Flag("label-columns", "Print these labels as columns; repeatable.", Kind.STRINGS, "L", "KEY"),
        switch("show-managed-fields", "Keep metadata.managedFields in yaml and json."),
        Flag(
            "output",
            "Format of the output: wide, yaml, json, kyaml, name, jsonpath=TEMPLATE, go-template=TEMPLATE or "
            "custom-columns=HEADING:PATH,...; jsonpath-as-json, and -file for each that takes a template, as in kubectl.",
            short="o",
            metavar="wide|name|yaml|json|jsonpath=...|custom-columns=...",
        ),
        *TEMPLATE,
        RAW,
    ),
    examples=("get pods -A -o wide", "get deployment web -n shop -o yaml", "get all -l app=web"),
    run=run,
)
