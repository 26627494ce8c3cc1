"""kubectl api-resources: the kinds that can be asked for, with their names.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apiresources/apiresources.go
"""

from collections.abc import Iterator, Sequence

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.flags import INERT, Flag, Kind, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.documents import document
from kplan.kubectl.printers.output import DOCUMENTS
from kplan.kubectl.printers.table import aligned
from kplan.kubectl.verb import Context, Query
from kplan.schema.discovery import Resource

_HEADING = ("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND")
_FORMATS = ("", "wide", "name", *DOCUMENTS)


def run(arguments: Arguments, context: Context) -> Printed:
    """Print the kinds. Raises UsageError."""
    if arguments.words:
        raise HelpError(f"unexpected arguments: [{' '.join(arguments.words)}]")
    output, order = arguments.text("output"), arguments.text("sort-by")
    if output not in _FORMATS:
        allowed = ",".join(sorted(one for one in _FORMATS if one))
        raise UsageError(
            f'unable to match a printer suitable for the output format "{output}", allowed formats are: {allowed}'
        )
    if order not in ("", "name", "kind"):
        raise UsageError("--sort-by accepts only name or kind")
    found = sorted(_chosen(arguments, context), key=lambda one: (one.group, one.plural))
    if order:
        found.sort(key=lambda one: one.plural if order == "name" else one.kind)
    if output in DOCUMENTS:
        return Printed(text=document(_list_of(found), output, sort=output != "json"))
    if output == "name":
        return Printed(out=[one.group_resource for one in found])
    wide, headers = output == "wide", not arguments.switch("no-headers")
    rows = [_row(one, wide=wide) for one in found]
    heading = [*_HEADING, *(("VERBS", "CATEGORIES") if wide else ())]
    return Printed(text=aligned([heading, *rows] if headers else rows))


def _list_of(found: Sequence[Resource]) -> Json:
    """The resources as one list of the API."""
    resources = [
        {
            name: item
            for name, item in (
                ("name", one.plural),
                ("singularName", one.singular),
                ("namespaced", one.namespaced),
                ("group", one.group),
                ("version", one.version),
                ("kind", one.kind),
                ("verbs", [*one.verbs]),
                ("shortNames", [*one.short_names]),
                ("categories", [*one.categories]),
            )
            if item not in ("", [])
        }
        for one in found
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "", "resources": resources or None}


def _chosen(arguments: Arguments, context: Context) -> Iterator[Resource]:
    verbs, categories = set(arguments.texts("verbs")), set(arguments.texts("categories"))
    for resource in context.server.discovery():
        if (
            resource.preferred
            and (not arguments.given("api-group") or resource.group == arguments.text("api-group"))
            and (not arguments.given("namespaced") or resource.namespaced == arguments.switch("namespaced"))
            and verbs <= set(resource.verbs)
            and categories <= set(resource.categories)
        ):
            yield resource


def _row(resource: Resource, *, wide: bool) -> Sequence[str]:
    short, namespaced = ",".join(resource.short_names), str(resource.namespaced).lower()
    row = (resource.plural, short, resource.api_version, namespaced, resource.kind)
    return (*row, ",".join(resource.verbs), ",".join(resource.categories)) if wide else row


VERB = Query(
    usage="",
    about="List the supported resource types, with their short names, versions and scopes.",
    flags=(
        Flag("api-group", "Only kinds of this API group.", metavar="GROUP"),
        switch("namespaced", "Only namespaced kinds; with =false only cluster-scoped kinds."),
        Flag("verbs", "Only kinds that support these verbs.", Kind.STRINGS, metavar="VERB[,VERB]"),
        Flag("categories", "Only kinds in these categories.", Kind.STRINGS, metavar="NAME[,NAME]"),
        Flag("sort-by", "Sort by name or kind.", metavar="name|kind"),
        switch("no-headers", "Print no headings."),
        switch("cached", f"{INERT}: there is nothing to cache."),
        switch("show-managed-fields", f"{INERT}: resource types have none."),
        Flag(
            "output",
            "Format of the output: wide, name, json, yaml or kyaml.",
            short="o",
            metavar="wide|name|json|yaml|kyaml",
        ),
    ),
    examples=("api-resources --api-group apps", "api-resources -o wide --namespaced=false"),
    run=run,
    of_kinds=True,
)
