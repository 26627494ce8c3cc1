"""What every typed view shares: camelCase in JSON, snake_case in Python, frozen, unknown fields kept.

Decided: views are for reading; writers change the JSON, so that nothing a user wrote is lost in a model's defaults.
"""

from typing import Final

from pydantic import BaseModel, ConfigDict

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
