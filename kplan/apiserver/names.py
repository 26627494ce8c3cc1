"""Names, uids and time stamps that the server generates, derived from content so that runs repeat.

Upstream: staging/src/k8s.io/apiserver/pkg/storage/names/generate.go
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from kplan.checksum import fingerprint

TOKEN_VOLUME: Final = "kube-api-access-"  # noqa: S105 - a name
"""What the name of a pod's volume with its token begins with."""

_ALPHABET: Final = "bcdfghjklmnpqrstvwxz2456789"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SUFFIX_LENGTH: Final = 5
_VARIANTS: Final = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
_MAX_NAME_LENGTH: Final = 63


def generate_name(base: str, *seed: object) -> str:
    """Append five characters to a generateName, as the server does; the seed stands in for its randomness."""
    return base[: _MAX_NAME_LENGTH - _SUFFIX_LENGTH] + suffix(base, *seed)


def suffix(*seed: object) -> str:
    """Derive the five characters."""
    number = int(_digest(seed)[:16], 16)
    out, letters = "", len(_ALPHABET)
    for _ in range(_SUFFIX_LENGTH):
        out += _ALPHABET[number % letters]
        number //= letters
    return out


def uid(*seed: object) -> str:
    """Derive a uid in the shape of a random UUID."""
    digits = _digest(seed)
    variant = _VARIANTS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def event_number(now: datetime, later: int = 0) -> str:
    """What an Event's name ends with: the nanoseconds, and some more if another one has that name."""
    since = now - _EPOCH
    seconds = since.days * 86_400 + since.seconds
    return f"{(seconds * 1_000_000 + since.microseconds) * 1000 + later:x}"


def drawn(seed: str, below: int) -> int:
    """Derive a number where the server draws one."""
    return int.from_bytes(fingerprint(seed.encode(), size=8), "big") % below


def timestamp(now: datetime) -> str:
    """Print an instant as metav1.Time does: seconds, UTC."""
    if now.tzinfo is not UTC:
        now = now.astimezone(UTC)
    return _in_seconds(now.year, now.month, now.day, now.hour, now.minute, now.second)


@lru_cache(maxsize=1024)
def _in_seconds(*parts: int) -> str:
    """What is asked for many instants of one second is printed once, and found without hashing an instant."""
    return datetime(*parts).isoformat() + "Z"  # type: ignore[arg-type]  # noqa: DTZ001 - the zone is the Z


def _digest(seed: tuple[object, ...]) -> str:
    return fingerprint("\x00".join(map(str, seed)).encode()).hex()
