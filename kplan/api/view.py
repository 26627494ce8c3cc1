"""What every typed view shares: camelCase in JSON, snake_case in Python, frozen, unknown fields kept.

Decided: views are for reading; writers change the JSON, so that nothing a user wrote is lost in a model's defaults.
"""

from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

Item = TypeVar("Item")


def _empty_for_null(value: Any) -> Any:
    return () if value is None else value


def _blank_for_null(value: Any) -> Any:
    return "" if value is None else value


Items = Annotated[tuple[Item, ...], BeforeValidator(_empty_for_null)]
"""A list; the server prints a required one that is missing as null."""

Time = Annotated[str, BeforeValidator(_blank_for_null)]
"""An RFC 3339 instant in UTC; empty where the server prints null."""

_ACRONYMS: Final = {
    "ip": "IP", "ips": "IPs", "ipc": "IPC", "pid": "PID", "cidr": "CIDR", "cidrs": "CIDRs", "id": "ID",
    "uuid": "UUID", "url": "URL",
}  # fmt: skip


def json_name(attribute: str) -> str:
    """The API's spelling of a Python attribute: ``cluster_ip`` is ``clusterIP``."""
    first, *rest = attribute.split("_")
    return first + "".join(_ACRONYMS.get(word, word.capitalize()) for word in rest)


class View(BaseModel):
    """A typed, read-only view of a JSON object."""

    model_config = ConfigDict(
        alias_generator=json_name, populate_by_name=True, frozen=True, extra="allow", defer_build=True
    )
