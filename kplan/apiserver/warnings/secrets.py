"""Warnings about Secrets and ServiceAccounts; ``old`` is None on create.

Upstream: pkg/registry/core/secret/strategy.go, pkg/registry/core/serviceaccount/strategy.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.warnings.metadata import annotation, annotations_of

_ENFORCE_SECRETS: Final = "kubernetes.io/enforce-mountable-secrets"
_PEM: Final = rb"(?s:-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----)"
_HEADERS: Final = rb"(?:\s*[^\n:]+:[^\n]*\n)+"


def for_service_account(new: Json, old: Json | None) -> list[str]:
    """Warn of a ServiceAccount."""
    if _ENFORCE_SECRETS not in annotations_of(new) or (
        old is not None and _ENFORCE_SECRETS in annotations_of(old)
    ):
        return []
    text = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
    return [f"{annotation(_ENFORCE_SECRETS)}: {text}"]


def for_secret(new: Json, _old: Json | None) -> list[str]:
    """Warn of a TLS Secret without a certificate or key that could be one."""
    if new.get("type") != "kubernetes.io/tls":
        return []
    import base64  # noqa: PLC0415 - few Secrets are certificates
    import re  # noqa: PLC0415 - likewise

    for field, what, wanted in (("tls.crt", "certificate", "CERTIFICATE"), ("tls.key", "key", "PRIVATE KEY")):
        try:
            text = base64.b64decode((new.get("data") or {}).get(field) or "")
        except ValueError:
            text = b""
        found = re.findall(_PEM, text)
        blocks = [block.decode() for block, body in found if _is_base64(re.sub(_HEADERS, b"", body, count=1))]
        if not blocks:
            return [f"tls: failed to find any PEM data in {what} input"]
        if not any(block == wanted or (what == "key" and block.endswith(wanted)) for block in blocks):
            return [_unfit_pem(what, blocks)]
    return []


def _is_base64(body: bytes) -> bool:
    """Whether the lines of a block can be read; a text that stands for a certificate cannot."""
    import base64  # noqa: PLC0415 - likewise

    try:
        base64.b64decode(b"".join(body.split()), validate=True)
    except ValueError:
        return False
    return True


def _unfit_pem(what: str, blocks: list[str]) -> str:
    if what == "key":
        listed = " ".join(blocks)
        return (
            'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of '
            f"the following types: [{listed}]"
        )
    if len(blocks) == 1 and blocks[0].endswith("PRIVATE KEY"):
        return (
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may "
            "have been switched"
        )
    return (
        'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following '
        f"types: [{' '.join(blocks)}]"
    )
