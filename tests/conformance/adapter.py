"""Translates between the recordings' contract and kplan; it holds no logic of its own."""

from typing import Any

Json = dict[str, Any]


def read_yaml(text: str) -> Json:
    """{"value": ...} for a mapping fragment; {"objects": [...]} for a stream of objects; {"error": str}."""
    from kplan.api.decode import decode  # noqa: PLC0415
    from kplan.diagnostics import Severity  # noqa: PLC0415
    from kplan.manifest.loader import load_text  # noqa: PLC0415

    loaded = load_text(text + "\n")
    for problem in (d for d in loaded.diagnostics if d.severity is Severity.ERROR):
        return {"error": problem.message}
    values = [document.value for document in loaded.documents]
    if not values:
        return {"error": "no objects passed to create"}
    if isinstance(values[0], dict) and not values[0].keys() & {"apiVersion", "kind"}:
        return {"value": values[0]}
    decoded = decode(loaded.documents)
    if decoded.diagnostics:
        return {"error": decoded.diagnostics[0].message}
    return {"objects": [item.value for item in decoded.objects]}


def server(objects: list[Json]) -> Any:
    """An API server over a state that holds these objects."""
    from kplan.apiserver.server import Server  # noqa: PLC0415
    from kplan.state.store import Store  # noqa: PLC0415

    return Server(Store.of(objects))


def create(server: Any, manifest: Json) -> Json:
    """Dry-run create with strict field validation."""
    from kplan.apiserver.errors import StatusError  # noqa: PLC0415

    try:
        return {"code": 201, "object": server.create(manifest, dry_run=True).value}
    except StatusError as refusal:
        return answer(refusal)


def update(server: Any, live: Json, manifest: Json) -> Json:
    """Dry-run replace of live by manifest."""
    from kplan.apiserver.errors import StatusError  # noqa: PLC0415

    try:
        server.store.load([live])
        metadata = live["metadata"]
        if isinstance(manifest.get("metadata"), dict):
            manifest = {**manifest, "metadata": {"resourceVersion": metadata["resourceVersion"], **manifest["metadata"]}}
        answered = server.update(manifest, name=metadata["name"], namespace=metadata.get("namespace", ""), dry_run=True)
        return {"code": 200, "object": answered.value}
    except StatusError as refusal:
        return answer(refusal)


def answer(refusal: Any) -> Json:
    """A refusal as the recordings write it."""
    causes = [{"type": cause.type, "field": cause.field, "message": cause.message} for cause in refusal.causes]
    return {"code": refusal.code, "reason": refusal.reason, "message": refusal.message, "causes": causes}


def pod_template_hash(template: Json, kubernetes: str) -> str:
    """The hash a Deployment of that release gives the template."""
    from kplan.api.podtemplate.hash import pod_template_hash as compute  # noqa: PLC0415

    return compute(template, kubernetes)
