"""CertificateSigningRequests.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (CertificateSigningRequestDescriber)
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.certificates import CertificateSigningRequest, CertificateSigningRequestStatus
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
    found = CertificateSigningRequest(value)
    metadata, spec = found.metadata, found.spec
    try:
        request = parse(spec.request)
    except NotARequestError as error:
        raise KplanError(f"Error parsing CSR: {error}") from error
    page.field(0, "Name", metadata.name)
    page.field(0, "Labels", label_list(metadata.labels))
    page.field(0, "Annotations", label_list(metadata.annotations))
    page.field(0, "CreationTimestamp", moment(metadata.creation_timestamp))
    page.field(0, "Requesting User", spec.username)
    if spec.signer_name:
        page.field(0, "Signer", spec.signer_name)
    if spec.expiration_seconds is not None:
        page.field(0, "Requested Duration", human(spec.expiration_seconds))
    page.field(0, "Status", _status(found.status))
    page.row(0, "Subject:")
    for title, number in (("Common Name", _COMMON_NAME), ("Serial Number", _SERIAL_NUMBER)):
        page.row(0, "", f"{title}:", request.subject.get(number, [""])[-1])
    for title, number in _PARTS:
        _listed(page, title, request.subject.get(number, []))
    names = (
        ("DNS Names", request.dns_names),
        ("Email Addresses", request.emails),
        ("URIs", request.uris),
        ("IP Addresses", request.addresses),
    )
    if any(each for _, each in names):
        page.row(0, "Subject Alternative Names:")
    for title, each in names:
        _listed(page, title, each)
    events(page, value, scene)


def _status(status: CertificateSigningRequestStatus) -> str:
    """Whether a request was approved or denied, and issued or failed."""
    types = {condition.type for condition in status.conditions}
    decided = next((one for one in ("Denied", "Approved") if one in types), "Pending")
    return f"{decided}{',Failed' if 'Failed' in types else ''}{',Issued' if status.certificate else ''}"


def _listed(page: Page, title: str, items: Sequence[str]) -> None:
    for index, item in enumerate(items):
        page.row(0, "", "" if index else f"{title}:", item)
