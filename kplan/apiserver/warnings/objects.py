"""Warnings about every other kind, one function each; ``old`` is None on create.

Upstream: pkg/registry/*/*/strategy.go (WarningsOnCreate, WarningsOnUpdate)
"""

import base64
import re
from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.apiserver.field import go_quote
from kplan.apiserver.validation.ip import cidr_warnings
from kplan.apiserver.warnings.labels import DEPRECATED
from kplan.apiserver.warnings.metadata import annotation, annotations_of
from kplan.fieldpath import FieldPath

_ENFORCE_SECRETS: Final = "kubernetes.io/enforce-mountable-secrets"
_SPEC: Final = FieldPath("spec")
_PEM: Final = rb"(?s:-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----)"


def for_node(new: Json, _old: Json | None) -> list[str]:
    """Warn of a Node."""
    spec, found = new.get("spec") or {}, []
    if "configSource" in spec:
        found.append("spec.configSource: the feature is removed")
    if spec.get("externalID"):
        found.append("spec.externalID: this field is deprecated, and is unused by Kubernetes")
    for index, cidr in enumerate(spec.get("podCIDRs") or ()):
        found += cidr_warnings(_SPEC / "podCIDRs" / index, cidr)
    return found


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
    for field, what, wanted in (("tls.crt", "certificate", "CERTIFICATE"), ("tls.key", "key", "PRIVATE KEY")):
        try:
            text = base64.b64decode((new.get("data") or {}).get(field) or "")
        except ValueError:
            text = b""
        blocks = [block.decode() for block in re.findall(_PEM, text)]
        if not blocks:
            return [f"tls: failed to find any PEM data in {what} input"]
        if not any(block == wanted or (what == "key" and block.endswith(wanted)) for block in blocks):
            return [_unfit_pem(what, blocks)]
    return []


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


def for_resource_quota(new: Json, old: Json | None) -> list[str]:
    """Warn of a ResourceQuota whose requests exceed its limits."""
    if old is not None:
        return []
    hard, found = (new.get("spec") or {}).get("hard") or {}, []
    for name in ("cpu", "memory", "storage", "ephemeral-storage"):
        request = f"requests.{name}"
        if request not in hard and name in ("cpu", "memory"):
            request = name
        limit = f"limits.{name}"
        if request in hard and limit in hard and Quantity.parse(hard[limit]) < Quantity.parse(hard[request]):
            found.append(
                f"ResourceQuota {request} ({hard[request]}) should be less than {limit} ({hard[limit]})"
            )
    return found


def for_runtime_class(new: Json, _old: Json | None) -> list[str]:
    """Warn of a RuntimeClass."""
    selector = (new.get("scheduling") or {}).get("nodeSelector") or {}
    return [f"scheduling.nodeSelector: {DEPRECATED[key]}" for key in sorted(selector) if key in DEPRECATED]


def for_resource_slice(new: Json, _old: Json | None) -> list[str]:
    """Warn of a ResourceSlice."""
    driver = (new.get("spec") or {}).get("driver") or ""
    if driver == driver.lower():
        return []
    return [
        f"spec.driver: driver names should be lowercase; {go_quote(driver)} contains uppercase characters"
    ]


def for_definition(new: Json, old: Json | None) -> list[str]:
    """Warn of a CustomResourceDefinition with formats that are not checked."""
    from kplan.apiserver.warnings.schemaformats import unknown_formats  # noqa: PLC0415 - definitions alone have formats

    known = set(unknown_formats(old)) if old is not None else set()
    return [f"unrecognized format {go_quote(name)}" for name in unknown_formats(new) if name not in known]
