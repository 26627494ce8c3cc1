"""The string formats that schemas may name, and which of them the API server checks.

Upstream: vendor/k8s.io/kube-openapi/pkg/validation/strfmt,
    staging/.../apiextensions-apiserver/pkg/apiserver/validation/formats.go
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from kplan.api import timestamps
from kplan.api.timestamps import TimeError
from kplan.api.whole import whole

_HOSTNAME: Final = re.compile(
    r"([^\W_]|[$+<=>^`|~])(-?([^\W_]|[$+<=>^`|~]){0,62})?"
    r"|(([^\W_])(([^\W_]|-){0,61}[^\W_])?\.)+([^\W\d_]){2,63}"
)
_HEX: Final = "[0-9a-f]"
_DATE: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_TIME: Final = re.compile(r"(\d{2}):(\d{2}):(\d{2})(\.\d+)?(z|([+-]\d{2}:\d{2}))?", re.ASCII)
_SCALA: Final = re.compile(r"\s*(\d+)\s*(\w+)\s*", re.ASCII)
_SCALA_UNITS: Final = frozenset(
    {
        "ns", "nano", "nanos", "nanosecond", "nanoseconds", "us", "\u00b5s", "micro", "micros", "microsecond", "microseconds",
        "ms", "milli", "millis", "millisecond", "milliseconds", "s", "sec", "secs", "second", "seconds", "m", "min",
        "minute", "minutes", "h", "hr", "hour", "hours", "d", "day", "days", "w", "wk", "week", "weeks",
    }
)  # fmt: skip


def _matches(pattern: str, flags: re.RegexFlag = re.ASCII) -> Callable[[str], bool]:
    compiled = re.compile(pattern, flags)
    return lambda text: compiled.fullmatch(text) is not None


def _is_hostname(text: str) -> bool:
    return (
        _HOSTNAME.fullmatch(text) is not None
        and len(text) <= 255
        and all(len(part) <= 63 for part in text.split("."))
    )


def _is_email(text: str) -> bool:
    address = re.fullmatch(r"(?:.*<)?\s*([^\s<>@\"(),:;\[\\\]]+|\"[^\"]*\")@([^\s<>@()]+)\s*>?", text.strip())
    return address is not None and not address[1].startswith(".") and not address[1].endswith(".")


def _sloppy(text: str) -> str:
    """Go's older reading of IPv4 ignores leading zeros."""
    return ".".join(part.lstrip("0") or "0" for part in text.split(".")) if ":" not in text else text


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(_sloppy(text))
    except ValueError:
        return False
    return "%" not in text


def _is_cidr(text: str) -> bool:
    host, slash, size = text.partition("/")
    prefix = whole(size)
    return bool(slash) and _is_ip(host) and prefix is not None and prefix <= (128 if ":" in host else 32)


def _is_uri(text: str) -> bool:
    if re.search(r"[\x00-\x20\x7f]", text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme) or text.startswith("/") or text == "*"


def _is_date(text: str) -> bool:
    try:
        timestamps.parse_time(f"{text}T00:00:00Z")
    except TimeError:
        return False
    return _DATE.fullmatch(text) is not None


def _is_datetime(text: str) -> bool:
    date, separator, clock = text.lower().partition("t")
    match = _TIME.match(clock)
    if not separator or not _is_date(date) or match is None:
        return False
    return match[1] <= "23" and match[2] <= "59" and match[3] <= "59"


def _is_duration(text: str) -> bool:
    try:
        timestamps.parse_duration(text)
    except TimeError:
        return any(unit.lower() in _SCALA_UNITS for _, unit in _SCALA.findall(text))
    return True


def _is_isbn(size: int) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        digits = re.sub(r"[\s-]+", "", text)
        if size == 10:
            if not re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII):
                return False
            total = sum((place + 1) * (10 if char == "X" else int(char)) for place, char in enumerate(digits))
            return total % 11 == 0
        if not re.fullmatch(r"\d{13}", digits, re.ASCII):
            return False
        weighted = sum(int(char) * (3 if place % 2 else 1) for place, char in enumerate(digits[:12]))
        return int(digits[12]) == (10 - weighted % 10) % 10

    return check


def _is_credit_card(text: str) -> bool:
    digits = re.sub(r"[^0-9]+", "", text)
    pattern = r"4\d{12}(\d{3})?|5[1-5]\d{14}|6(011|5\d\d)\d{12}|3[47]\d{13}|3(0[0-5]|[68]\d)\d{11}|(2131|1800|35\d{3})\d{11}"
    if not re.fullmatch(pattern, digits):
        return False
    total = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char) * (2 if place % 2 else 1)
        total += number // 10 + number % 10
    return total % 10 == 0


def _is_rgb(text: str) -> bool:
    number = r"\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*"
    return re.fullmatch(rf"rgb\({number},{number},{number}\)", text, re.ASCII) is not None


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "bsonobjectid": _matches(r"[0-9a-fA-F]{24}"),
    "uri": _is_uri,
    "email": _is_email,
    "hostname": _is_hostname,
    "ipv4": lambda text: _is_ip(text) and "." in text,
    "ipv6": lambda text: _is_ip(text) and ":" in text,
    "cidr": _is_cidr,
    "mac": _matches(r"(([0-9a-fA-F]{2}:){5,19}|([0-9a-fA-F]{2}-){5,19})[0-9a-fA-F]{2}|([0-9a-fA-F]{4}\.){2,9}[0-9a-fA-F]{4}"),
    "uuid": _matches(rf"{_HEX}{{8}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{12}}", re.IGNORECASE),
    "uuid3": _matches(rf"{_HEX}{{8}}-?{_HEX}{{4}}-?3{_HEX}{{3}}-?{_HEX}{{4}}-?{_HEX}{{12}}", re.IGNORECASE),
    "uuid4": _matches(rf"{_HEX}{{8}}-?{_HEX}{{4}}-?4{_HEX}{{3}}-?[89ab]{_HEX}{{3}}-?{_HEX}{{12}}", re.IGNORECASE),
    "uuid5": _matches(rf"{_HEX}{{8}}-?{_HEX}{{4}}-?5{_HEX}{{3}}-?[89ab]{_HEX}{{3}}-?{_HEX}{{12}}", re.IGNORECASE),
    "isbn": lambda text: _is_isbn(10)(text) or _is_isbn(13)(text),
    "isbn10": _is_isbn(10),
    "isbn13": _is_isbn(13),
    "creditcard": _is_credit_card,
    "ssn": _matches(r"\d{3}[- ]?\d{2}[- ]?\d{4}"),
    "hexcolor": _matches(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
    "rgbcolor": _is_rgb,
    "byte": _matches(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"),
    "password": lambda _: True,
    "date": _is_date,
    "duration": _is_duration,
    "datetime": _is_datetime,
    "k8sshortname": lambda text: len(text) <= 63 and _matches(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")(text),
    "k8slongname": lambda text: len(text) <= 253 and _matches(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")(text),
}  # fmt: skip


def effective(schema: Mapping[str, Any]) -> str:
    """The format that the server checks for a schema; empty if it ignores the one in the schema."""
    written = str(schema.get("format") or "")
    kind = "" if schema.get("x-kubernetes-int-or-string") else schema.get("type", "")
    if kind in {"", "string"}:
        return written if written.replace("-", "") in _CHECKS else ""
    allowed = {"integer": ("int32", "int64"), "number": ("float", "double")}.get(kind, ())
    return written if written in allowed else ""


def validates(name: str, text: str) -> bool:
    """Whether a text has the format; every text has an unknown one."""
    check = _CHECKS.get(name.replace("-", ""))
    return check is None or check(text)
