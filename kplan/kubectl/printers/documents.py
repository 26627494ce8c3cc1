"""Objects as YAML or JSON, one as itself and several as a List, as the API server prints them.

Upstream: staging/src/k8s.io/cli-runtime/pkg/printers/{json,yaml}.go
"""

import json
from collections.abc import Iterable, Sequence

from kplan.api.object import Json
from kplan.apiserver.conversion import to_version
from kplan.apiserver.decode import encode
from kplan.apiserver.patch.go_values import sorted_keys
from kplan.apiserver.server import Server
from kplan.kubectl.choosing import Item
from kplan.kubectl.server_fields import without_managed_fields

_EVENT = "Event"


def shown(server: Server, items: Iterable[Item], *, managed_fields: bool = False) -> list[Json]:
    """The objects in the version they were asked for in, as an answer holds them."""
    values = (_shown(server, item, owners=managed_fields) for item in items)
    return [value if managed_fields else without_managed_fields(value) for value in values if value]


def _shown(server: Server, item: Item, *, owners: bool) -> Json | None:
    if not item.name:
        return item.value
    if item.resource.kind == _EVENT:  # as it was chosen: recorders keep fewer than were recorded
        return encode(to_version(item.value, item.resource.api_version), item.resource.gvk)
    return server.show(item.key, item.resource.api_version, owners=owners)


def whole_of(values: Sequence[Json], *, single: bool) -> Json:
    """One object as itself, several as a List."""
    if single and len(values) == 1:
        return values[0]
    return {"apiVersion": "v1", "items": list(values), "kind": "List", "metadata": {"resourceVersion": ""}}


def document(value: Json, output: str, *, sort: bool = True) -> str:
    """One document; JSON and KYAML have their keys sorted, or as the value has them."""
    if output == "yaml":
        from kplan.manifest.writer import to_yaml  # noqa: PLC0415 - loads PyYAML, which tables do without

        return to_yaml(value)
    if output == "kyaml":
        from kplan.kubectl.printers.kyaml import kyaml  # noqa: PLC0415 - hardly anybody asks for it

        return kyaml(sorted_keys(value) if sort else value)
    return json.dumps(value, indent=4, sort_keys=sort, ensure_ascii=False) + "\n"
