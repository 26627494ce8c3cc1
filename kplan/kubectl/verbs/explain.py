"""kubectl explain: the fields of a kind, their types, whether they are required and which values are allowed.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/explain/explain.go, staging/src/k8s.io/kubectl/pkg/explain/explain.go
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.explaining import Explainer
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.resources import resource_of
from kplan.kubectl.verb import Context, Query
from kplan.schema.catalog import Catalog
from kplan.schema.crd import custom_kinds
from kplan.schema.discovery import Discovery, Resource

_OF_EVERY_KIND: Final = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"$ref": "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"},
}
"""What the server adds to the schema of a custom resource."""
_OLDER = "plaintext-openapiv2"
_FORMATS = ("plaintext", _OLDER)


_NO_PATH = "invalid jsonpath syntax, {} must be field node"


def run(arguments: Arguments, context: Context) -> Printed:
    """Print the fields. Raises UsageError."""
    if not arguments.words:
        raise UsageError(
            'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of '
            "supported resources.",
            hint="write TYPE or TYPE.FIELD, as in: explain pods.spec",
        )
    if len(arguments.words) > 1:
        raise UsageError("We accept only this format: explain RESOURCE")
    asked, version = arguments.words[0].removesuffix("."), arguments.text("api-version")
    if asked.startswith("."):
        raise UsageError(_NO_PATH.format("first node"))
    resource, path = _asked(asked, context.server.discovery())
    if ".." in asked or "[" in asked:
        raise UsageError(_NO_PATH.format("all nodes" if version else "first node") + ("s" if version else ""))
    output, recursive = arguments.text("output"), arguments.switch("recursive")
    if version.count("/") > 1 and output != _OLDER:
        raise UsageError(f"unexpected GroupVersion string: {version}")
    served = any(one.api_version == version for one in context.server.discovery())
    if output not in _FORMATS and (served or not version):
        raise UsageError(f"unrecognized format: {output}")
    gvk = _version(resource, version, context.server.discovery(), older=output == _OLDER)
    catalog = _catalog(context)
    schema = _schema(gvk, catalog)
    if output == _OLDER:
        from kplan.kubectl.olderexplaining import OlderExplainer  # noqa: PLC0415 - hardly anybody asks for it

        return Printed(text=OlderExplainer(catalog.definitions).text(gvk, schema, path, recursive=recursive))
    text = Explainer(catalog.definitions).text(schema, path, recursive=recursive)
    head = [f"GROUP:      {gvk.group}"] if gvk.group else []
    printed = Printed(
        out=[*head, f"KIND:       {gvk.kind}", f"VERSION:    {gvk.version}", ""], text=text or ""
    )
    if text is None:  # kubectl has printed what the kind is by then
        printed.fail(f'error: field "{path[-1]}" does not exist')
    return printed


def _asked(text: str, known: Discovery) -> tuple[Resource, Sequence[str]]:
    """The kind, its group among the words if it is given, and the path. Raises UsageError."""
    first = text.partition(".")[0]
    in_core = any(resource.plural == first and not resource.group for resource in known)
    for resource in known:  # what the core group has is found first, whatever group follows
        full = resource.group_resource
        if resource.group and not in_core and (text == full or text.startswith(f"{full}.")):
            return known.by_name(full) or resource, [part for part in text[len(full) :].split(".") if part]
    name, *path = text.split(".")
    return resource_of(name, known), path


def _version(resource: Resource, version: str, known: Discovery, *, older: bool) -> GroupVersionKind:
    """The type in the version asked for. Raises UsageError."""
    if not version:
        return resource.gvk
    gvk = GroupVersionKind.of(version, resource.kind)
    if all(one.gvk != gvk for one in known):
        kind = f"{gvk.group}/{gvk.version}, Kind={gvk.kind}"
        raise UsageError(
            f'couldn\'t find resource for "{kind}"' if older else _missing(version, resource, known)
        )
    return gvk


def _missing(version: str, resource: Resource, known: Discovery) -> str:
    """The error for a kind that a version does not have, or for a version that is not served."""
    group, slash, name = version.partition("/")
    place = f"{group if slash else ''}/{name if slash else group}, Resource={resource.plural}"
    if any(one.api_version == version for one in known):
        return f"GVR ({place}) not found in OpenAPI schema"
    return f'couldn\'t find resource for "{place}"'


def _schema(gvk: GroupVersionKind, catalog: Catalog) -> Mapping[str, Any]:
    """The schema of a kind; of one that is a definition, a reference to it, which says how it is called."""
    if gvk not in catalog.custom and (name := catalog.definitions.name_of(gvk)):
        return {"$ref": name}
    schema = dict(catalog.schema_of(gvk) or {"type": "object"})
    if gvk in catalog.custom:
        schema["properties"] = {**(schema.get("properties") or {}), **_OF_EVERY_KIND}
    return schema


def _catalog(context: Context) -> Catalog:
    """The release's kinds and those of the state's definitions."""
    definitions = context.server.definitions()
    return context.server.catalog.extended(kind for one in definitions for kind in custom_kinds(one))


VERB = Query(
    usage="TYPE[.FIELD...]",
    about="""
    List the fields of a kind, with their types, whether they are required and which values are allowed.

    Descriptions are kplan's own, where it has one; those of a custom kind are from its definition.
    """,
    flags=(
        switch("recursive", "Print the fields of fields too.", "R"),
        Flag("api-version", "Version of the API: GROUP/VERSION.", metavar="VERSION"),
        Flag("output", "Format: plaintext.", short="o", metavar="FORMAT", default="plaintext"),
    ),
    examples=("explain pods.spec.containers", "explain deployment --recursive"),
    run=run,
    of_kinds=True,
)
