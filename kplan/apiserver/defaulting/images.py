"""Which tag an image reference means, for the default of imagePullPolicy.

Upstream: pkg/util/parsers/parsers.go, vendor/github.com/distribution/reference
"""

import re
from functools import lru_cache
from typing import Final

_HOST: Final = (
    r"(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
    r"|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?"
)
_COMPONENT: Final = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REFERENCE: Final = (
    rf"(?P<name>(?:{_HOST}/)?{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?"
)
_IDENTIFIER: Final = r"[a-f0-9]{64}"
_DIGEST: Final = r"sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}"
_MAX_NAME_LENGTH: Final = 255


@lru_cache(maxsize=4096)
def pull_policy(image: str) -> str:
    """Always for the tag ``latest``, written or implied; IfNotPresent otherwise, also for what is no reference."""
    return "Always" if _tag(image) == "latest" else "IfNotPresent"


def _tag(image: str) -> str:
    if re.fullmatch(_IDENTIFIER, image):
        return ""
    domain, remainder = _split_domain(image)
    remote = remainder.split(":", 1)[0]
    if remote.lower() != remote:
        return ""
    match = re.fullmatch(_REFERENCE, f"{domain}/{remainder}", re.ASCII)
    if match is None or len(match["name"]) - len(domain) - 1 > _MAX_NAME_LENGTH:
        return ""
    if match["digest"] and not re.fullmatch(_DIGEST, match["digest"]):
        return ""
    return match["tag"] or ("" if match["digest"] else "latest")


def _split_domain(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    plain = "." not in first and ":" not in first and first != "localhost" and first.lower() == first
    domain, remainder = ("docker.io", name) if not slash or plain else (first, rest)
    if domain == "index.docker.io":
        domain = "docker.io"
    if domain == "docker.io" and "/" not in remainder:
        remainder = f"library/{remainder}"
    return domain, remainder
