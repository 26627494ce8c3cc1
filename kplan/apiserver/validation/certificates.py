"""What the API server checks of CertificateSigningRequests.

The request's signature is not verified; that it is a PEM block of the right type is.
Upstream: pkg/apis/certificates/validation/validation.go, pkg/apis/certificates/helpers.go
"""

import base64
import binascii
import re
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import METADATA, Json, validate_object_meta, validate_object_meta_update
from kplan.apiserver.validation.signers import validate_signer_name
from kplan.apiserver.validation.values import one_of
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_CONDITIONS: Final = FieldPath("status") / "conditions"
_CERTIFICATE: Final = FieldPath("status") / "certificate"
_LEGACY_SIGNER: Final = "kubernetes.io/legacy-unknown"
_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s*\n(?:.*\n)*?-----END \1-----")
_BLOCKS: Final = re.compile(rb"(?m)^-----BEGIN ([A-Z0-9 ]+)-----[ \t\r]*\n")
_USAGES: Final = (
    "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment",
    "decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel",
    "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime",
    "server auth", "signing", "timestamping",
)  # fmt: skip
_TRUE_ONLY: Final = ("Approved", "Denied", "Failed")


def _any_name(_name: str, _prefix: bool = False) -> list[str]:
    return []


def validate_certificate_signing_request(obj: Json) -> ErrorList:
    """Check a new CertificateSigningRequest."""
    return _request(obj, {})


def validate_certificate_signing_request_update(new: Json, old: Json) -> ErrorList:
    """Check a changed CertificateSigningRequest; approval and certificate belong to its subresources."""
    errors = _request(new, old)
    for kind in _TRUE_ONLY:
        if len(_of_type(new, kind)) < len(_of_type(old, kind)):
            text = f"updates may not remove a condition of type {field.go_quote(kind)}"
            errors.append(field.forbidden(_CONDITIONS, text))
    return errors + validate_object_meta_update(new["metadata"], old["metadata"], METADATA)


def validate_certificate_signing_request_status_update(new: Json, old: Json) -> ErrorList:
    """Check a changed status: whether a request is approved is said elsewhere,
    and a certificate stays once it is issued.
    """
    errors = validate_certificate_signing_request_update(new, old)
    meta = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    errors = errors[: len(errors) - len(meta)]
    certificate, before = _certificate(new), _certificate(old)
    if certificate != before and not _problem(before) and (text := _problem(certificate)):
        at = len(errors) - sum(error.field == str(_CONDITIONS) for error in errors)
        errors.insert(at, field.invalid(_CERTIFICATE, "<certificate data>", text))
    for kind in ("Approved", "Denied"):
        now, then = len(_of_type(new, kind)), len(_of_type(old, kind))
        if now > then:
            text = f"updates may not add a condition of type {field.go_quote(kind)}"
            errors.append(field.forbidden(_CONDITIONS, text))
    if before and certificate != before:
        errors.append(field.forbidden(_CERTIFICATE, "updates may not modify existing certificate content"))
    return errors + meta


def _certificate(obj: Json) -> str:
    return (obj.get("status") or {}).get("certificate") or ""


def _problem(certificate: str) -> str:
    """What is wrong with a certificate as far as its blocks tell; the blocks are not looked into."""
    kinds = (
        [kind.decode() for kind in _BLOCKS.findall(base64.b64decode(certificate))] if certificate else None
    )
    if kinds is None or (kinds and set(kinds) == {"CERTIFICATE"}):
        return ""
    other = next((kind for kind in kinds if kind != "CERTIFICATE"), None)
    if other is not None:
        return f"only CERTIFICATE PEM blocks are allowed, found {field.go_quote(other)}"
    return "must contain at least one CERTIFICATE PEM block"


def _of_type(obj: Json, kind: str) -> list[Json]:
    return [c for c in (obj.get("status") or {}).get("conditions") or () if c.get("type") == kind]


def _request(obj: Json, old: Json) -> ErrorList:
    errors = validate_object_meta(obj["metadata"], False, _any_name, METADATA)
    spec, before = obj.get("spec") or {}, old.get("spec") or {}
    if not _is_request(spec.get("request", "")):
        text = "PEM block type must be CERTIFICATE REQUEST"
        errors.append(field.invalid(_SPEC / "request", spec.get("request"), text))
    errors += _usages(spec.get("usages") or [], before.get("usages") or [])
    signer, path = spec.get("signerName", ""), _SPEC / "signerName"
    if signer == _LEGACY_SIGNER and before.get("signerName") != _LEGACY_SIGNER:
        text = "the legacy signerName is not allowed via this API version"
        errors.append(field.invalid(path, signer, text))
    else:
        errors += validate_signer_name(path, signer)
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < 600:
        text = "may not specify a duration less than 600 seconds (10 minutes)"
        errors.append(field.invalid(_SPEC / "expirationSeconds", seconds, text))
    return errors + _conditions((obj.get("status") or {}).get("conditions") or [])


def _is_request(text: str) -> bool:
    try:
        block = _BLOCK.search(base64.b64decode(text))
    except binascii.Error:
        return False
    return block is not None and block[1] == b"CERTIFICATE REQUEST"


def _usages(usages: list[str], before: list[str]) -> ErrorList:
    path = _SPEC / "usages"
    errors: ErrorList = [] if usages else [field.required(path, "")]
    if all(usage in _USAGES for usage in before):
        for index, usage in enumerate(usages):
            errors += one_of(path / index, usage, _USAGES)
    if len(set(before)) == len(before):
        errors += [
            field.duplicate(path / index, typed(usage))
            for index, usage in enumerate(usages)
            if usage in usages[:index]
        ]
    return errors


def _conditions(conditions: list[Json]) -> ErrorList:
    errors: ErrorList = []
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        kind, status, path = condition.get("type", ""), condition.get("status", ""), _CONDITIONS / index
        if not kind:
            errors.append(field.required(path / "type", ""))
        if not status:
            errors.append(field.required(path / "status", ""))
        else:
            errors += one_of(
                path / "status", status, ("True",) if kind in _TRUE_ONLY else ("False", "True", "Unknown")
            )
        if kind in ("Approved", "Denied") and seen & ({"Approved", "Denied"} - {kind}):
            text = "Approved and Denied conditions are mutually exclusive"
            errors.append(field.invalid(_CONDITIONS, typed(kind), text))
        if kind in seen:
            errors.append(field.duplicate(path / "type", typed(kind)))
        seen.add(kind)
    return errors
