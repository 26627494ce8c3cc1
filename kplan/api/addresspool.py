"""Addresses by range: as many as a range has, none of them written out."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Self

from kplan.namedtuples import NamedTuple


class _Range(NamedTuple):
    """The addresses from one up to and with another, of one family."""

    version: int
    first: int
    last: int


class Pool:
    """The addresses of ranges and CIDRs."""

    __slots__ = ("_ranges",)

    def __init__(self, ranges: tuple[_Range, ...]) -> None:
        self._ranges = ranges

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ranges and CIDRs, separated by commas. Raises ValueError."""
        parts = (part.strip() for part in text.split(","))
        return cls(tuple(_range(part) for part in parts if part))

    def __iter__(self) -> Iterator[str]:
        for version, first, last in self._ranges:
            start = ip_address(first.to_bytes(4 if version == 4 else 16))
            yield from (str(start + offset) for offset in range(last - first + 1))

    def __contains__(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        return str(address) == text and any(
            version == address.version and first <= int(address) <= last
            for version, first, last in self._ranges
        )


def _range(text: str) -> _Range:
    if "-" not in text:
        network = ip_network(text, strict=False)
        return _Range(network.version, int(network.network_address), int(network.broadcast_address))
    first, last = (ip_address(one.strip()) for one in text.split("-", 1))
    if first.version != last.version or int(last) < int(first):
        raise ValueError(f"no range of addresses: {text}")
    return _Range(first.version, int(first), int(last))
