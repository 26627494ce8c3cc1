"""CertificateSigningRequests.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (CertificateSigningRequestDescriber)
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.errors import KplanError
from kplan.kubectl.printers.columns.column import human
from kplan.kubectl.printers.describe.certificaterequests import NotARequestError, parse
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import label_list, moment

_COMMON_NAME: Final = 3
_SERIAL_NUMBER: Final = 5
_PARTS: Final = (
    ("Organization", 10),
    ("Organizational Unit", 11),
    ("Country", 6),
    ("Locality", 7),
    ("Province", 8),
    ("StreetAddress", 9),
    ("PostalCode", 17),
)


def certificate_signing_request(value: Json, page: Page, scene: Scene) -> None:
    """A CertificateSigningRequest: who asks, and for which names."""
    metadata, spec = value["metadata"], value.get("spec") or {}
    try:
        request = parse(str(spec.get("request") or ""))
    except NotARequestError as error:
        raise KplanError(f"Error parsing CSR: {error}") from error
    page.field(0, "Name", metadata["name"])
    page.field(0, "Labels", label_list(metadata.get("labels")))
    page.field(0, "Annotations", label_list(metadata.get("annotations")))
    page.field(0, "CreationTimestamp", moment(metadata.get("creationTimestamp")))
    page.field(0, "Requesting User", spec.get("username") or "")
    if spec.get("signerName"):
        page.field(0, "Signer", spec["signerName"])
    if spec.get("expirationSeconds") is not None:
        page.field(0, "Requested Duration", human(spec["expirationSeconds"]))
    page.field(0, "Status", _status(value.get("status") or {}))
    page.row(0, "Subject:")
    for title, number in (("Common Name", _COMMON_NAME), ("Serial Number", _SERIAL_NUMBER)):
        page.row(0, "", f"{title}:", (request.subject.get(number) or [""])[-1])
    for title, number in _PARTS:
        _listed(page, title, request.subject.get(number) or [])
    names = (
        ("DNS Names", request.dns_names),
        ("Email Addresses", request.emails),
        ("URIs", request.uris),
        ("IP Addresses", request.addresses),
    )
    if any(found for _, found in names):
        page.row(0, "Subject Alternative Names:")
    for title, found in names:
        _listed(page, title, found)
    events(page, value, scene)


def _status(status: Json) -> str:
    """What was decided, and what came of it."""
    types = {condition.get("type") for condition in status.get("conditions") or ()}
    decided = next((one for one in ("Denied", "Approved") if one in types), "Pending")
    return (
        f"{decided}{',Failed' if 'Failed' in types else ''}{',Issued' if status.get('certificate') else ''}"
    )


def _listed(page: Page, title: str, items: Sequence[str]) -> None:
    for index, item in enumerate(items):
        page.row(0, "", "" if index else f"{title}:", item)
