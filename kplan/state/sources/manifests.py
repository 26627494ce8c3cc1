"""Files as a state: a dump of a cluster, a directory of manifests, or a kind configuration; the content tells which."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kplan.api.decode import decode
from kplan.api.object import Json, Object
from kplan.diagnostics import DiagnosedError, Severity, has_error, in_order
from kplan.errors import UsageError
from kplan.inputs.reading import Read, read
from kplan.inputs.request import Request
from kplan.manifest.files import STDIN
from kplan.manifest.limits import STATE as LIMITS
from kplan.schema import releases
from kplan.state.snapshot import Snapshot
from kplan.state.sources.default import completed
from kplan.state.sources.kind import API_GROUP, is_kind_config, objects_of, system_of
from kplan.state.sources.kindchecks import problems
from kplan.state.sources.nodes import make_nodes, parse_shapes

DEFAULT_NODES = "3x4cpu,8Gi"


def open_files(path: Path, minor: str = releases.DEFAULT) -> Snapshot:
    """Read a file or a directory. Raises UsageError if nothing of it can be read."""
    return from_documents(read(Request((str(path),), wanted=API_GROUP, limits=LIMITS)), str(path), minor)


def open_standard_input(stdin: Callable[[int], bytes] | None, minor: str = releases.DEFAULT) -> Snapshot:
    """Read what is piped in. Raises UsageError if nothing of it can be read."""
    request = Request((STDIN,), wanted=API_GROUP, limits=LIMITS, stdin=stdin)
    return from_documents(read(request), "standard input", minor)


def from_documents(loaded: Read, title: str, minor: str = releases.DEFAULT) -> Snapshot:
    """Tell a kind configuration, a dump and manifests apart."""
    of_kind = [document for document in loaded.documents if is_kind_config(document.value)]
    configs = [document.value for document in of_kind]
    noted = [one for document in of_kind[:1] for one in problems(document, minor)]
    if has_error(noted):
        raise DiagnosedError(in_order(noted))
    if configs and len(configs) == len(loaded.documents):
        return Snapshot(
            f"the nodes of the kind configuration {title}",
            completed(objects_of(configs[0], minor)),
            diagnostics=noted,
            system=system_of(configs[0]),
        )
    decoded = decode([document for document in loaded.documents if not is_kind_config(document.value)])
    diagnostics = [*loaded.diagnostics, *noted, *decoded.diagnostics]
    errors = [one for one in diagnostics if one.severity is Severity.ERROR]
    if not decoded.objects:
        what = f"{errors[0].location}: {errors[0].message}" if errors else f"{title}: no objects in it"
        raise UsageError(f"cannot read the state: {what}", hint="pass a dump, manifests or a state file")
    if is_dump(decoded.objects):
        return Snapshot(
            f"the dump {title}",
            completed(without_nulls(one.value) for one in decoded.objects),
            (),
            diagnostics,
            {one.key: one for one in decoded.objects},
        )
    base = completed(objects_of(configs[0], minor)) if configs else cluster_for(decoded.objects, minor)
    system = system_of(configs[0]) if configs else None
    return Snapshot(f"the manifests in {title}", base, decoded.objects, diagnostics, system=system)


def is_dump(objects: Sequence[Object]) -> bool:
    """Whether most objects carry the uid only a cluster gives."""
    with_uid = sum(1 for one in objects if one.metadata.get("uid"))
    return with_uid * 2 > len(objects)


def without_nulls(value: Json) -> Json:
    """An object without the nulls that a printer may have left in its metadata."""
    metadata: dict[str, Any] = {
        name: item for name, item in (value.get("metadata") or {}).items() if item is not None
    }
    return {**value, "metadata": metadata}


def cluster_for(objects: Sequence[Object], minor: str = releases.DEFAULT) -> list[Json]:
    """The cluster that manifests are applied to: nodes of the default shape unless they define their own."""
    own_nodes = any(one.gvk.kind == "Node" and not one.gvk.group for one in objects)
    return completed(() if own_nodes else make_nodes(parse_shapes(DEFAULT_NODES), minor=minor))
