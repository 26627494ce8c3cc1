"""Warnings about Secrets and ServiceAccounts; ``old`` is None on create.

Upstream: pkg/registry/core/secret/strategy.go, pkg/registry/core/serviceaccount/strategy.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.warnings.metadata import annotation, annotations_of

_ENFORCE_SECRETS: Final = "kubernetes.io/enforce-mountable-secrets"


def for_service_account(new: Json, old: Json | None) -> list[str]:
    """Warn of a ServiceAccount."""
    if _ENFORCE_SECRETS not in annotations_of(new) or (
        old is not None and _ENFORCE_SECRETS in annotations_of(old)
    ):
        return []
    text = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
    return [f"{annotation(_ENFORCE_SECRETS)}: {text}"]


def for_secret(new: Json, _old: Json | None) -> list[str]:
    """Warn of a TLS Secret whose certificate and key are no pair."""
    if new.get("type") != "kubernetes.io/tls":
        return []
    from kplan.apiserver.keypairs import KeyPairError, check_key_pair  # noqa: PLC0415 - few Secrets are certificates

    data = new.get("data") or {}
    try:
        check_key_pair(_decoded(data.get("tls.crt")), _decoded(data.get("tls.key")))
    except KeyPairError as error:
        return [str(error)]
    return []


def _decoded(text: str | None) -> bytes:
    """A value of a Secret; nothing if it is refused for not being base64."""
    import base64  # noqa: PLC0415 - likewise

    try:
        return base64.b64decode(text or "")
    except ValueError:
        return b""
