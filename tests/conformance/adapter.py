"""Translates between the recordings' contract and kplan; it holds no logic of its own."""

from typing import Any

Json = dict[str, Any]


def read_yaml(text: str) -> Json:
    """{"value": ...} for a mapping fragment; {"objects": [...]} for a stream of objects; {"error": str}."""
    from kplan.manifest import conformance_read  # noqa: PLC0415

    return conformance_read(text)


def server(objects: list[Json]) -> Any:
    """An API server over a state that holds these objects."""
    from kplan.apiserver.server import Server  # noqa: PLC0415
    from kplan.state.store import Store  # noqa: PLC0415

    return Server(Store.of(objects))


def create(server: Any, manifest: Json) -> Json:
    """Dry-run create with strict field validation."""
    from kplan.apiserver.errors import StatusError  # noqa: PLC0415

    try:
        return {"code": 201, "object": server.create(manifest, namespace="default", dry_run=True).value}
    except StatusError as refusal:
        return answer(refusal)


def update(server: Any, live: Json, manifest: Json) -> Json:
    """Dry-run replace of live by manifest."""
    from kplan.apiserver.errors import StatusError  # noqa: PLC0415

    try:
        server.store.put(live)
        return {"code": 200, "object": server.update(manifest, namespace="default", dry_run=True).value}
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
