"""How kubectl diff masks Secrets: their data, and nothing else.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go
"""

from kplan.api.object import Json
from kplan.kubectl.wording import ClientError
from kplan.masking.names import MASK
from kplan.masking.objects import AFTER, BEFORE


def is_secret(value: Json) -> bool:
    """Whether kubectl masks an object; it does not look at the group."""
    return value.get("kind") == "Secret" and str(value.get("apiVersion")).rpartition("/")[2] == "v1"


def mask(live: Json | None, merged: Json) -> tuple[Json | None, Json]:
    """Mask the data of both sides."""
    before, after = _masked(_data(live), _data(merged))
    return _replaced(live, before), _replaced(merged, after) or {}


def _data(value: Json | None) -> Json | None:
    data = value.get("data") if value else None
    if data is not None and not isinstance(data, dict):
        raise ClientError(
            "run masker: extract 'data' field: get nested map: "
            f".data accessor error: {data} is of the type {type(data).__name__}, expected map[string]interface{{}}"
        )
    return data


def _masked(before: Json | None, after: Json | None) -> tuple[Json | None, Json | None]:
    def masked(data: Json | None, other: Json | None, changed: str) -> Json | None:
        if data is None:
            return None
        rest = other or {}
        return {key: changed if key in rest and rest[key] != value else MASK for key, value in data.items()}

    return masked(before, after, BEFORE), masked(after, before, AFTER)


def _replaced(value: Json | None, data: Json | None) -> Json | None:
    return value if value is None or data is None else {**value, "data": data}
