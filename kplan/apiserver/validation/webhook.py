"""How a webhook is reached: URL or service, path and certificate bundle.

Upstream: staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go
"""

import base64
import re
from typing import Final

from kplan.apiserver import dns, field
from kplan.apiserver.field import ErrorList
from kplan.apiserver.gourl import URLError, read_url
from kplan.fieldpath import FieldPath

_FORM: Final = "; desired format: https://host[/path]"
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


def validate_webhook_url(path: FieldPath, text: str, *, https: bool = True) -> ErrorList:
    """The address of a webhook outside the cluster."""
    try:
        url = read_url(text)
    except URLError as error:
        return [field.required(path, f"url must be a valid URL: {error}{_FORM}")]
    errors: ErrorList = []
    if https and url.scheme != "https":
        errors.append(field.invalid(path, url.scheme, "'https' is the only allowed URL scheme" + _FORM))
    if not url.host:
        errors.append(field.invalid(path, url.host, "host must be specified" + _FORM))
    if url.user:
        errors.append(field.invalid(path, url.user, "user information is not permitted in the URL"))
    if url.fragment:
        errors.append(field.invalid(path, url.fragment, "fragments are not permitted in the URL"))
    if url.query:
        errors.append(field.invalid(path, url.query, "query parameters are not permitted in the URL"))
    return errors


def validate_webhook_service(
    path: FieldPath, namespace: str, name: str, url_path: str | None, port: int
) -> ErrorList:
    """The service that leads to a webhook inside the cluster."""
    errors: ErrorList = []
    if not name:
        errors.append(field.required(path / "name"))
    if not namespace:
        errors.append(field.required(path / "namespace"))
    if problems := dns.is_valid_port_num(port):
        errors.append(field.invalid(path / "port", port, "port is not valid: " + ", ".join(problems)))
    if not url_path or url_path == "/":
        return errors
    place = path / "path"
    if url_path == "//":
        return [*errors, field.invalid(place, url_path, "segment[0] may not be empty")]
    if not url_path.startswith("/"):
        errors.append(field.invalid(place, url_path, "must start with a '/'"))
    for index, step in enumerate(url_path[1:].removesuffix("/").split("/")):
        if not step:
            errors.append(field.invalid(place, url_path, f"segment[{index}] may not be empty"))
            continue
        errors += [
            field.invalid(place, url_path, f"segment[{index}]: {text}")
            for text in dns.is_dns1123_subdomain(step)
        ]
    return errors


def validate_ca_bundle(path: FieldPath, bundle: str) -> ErrorList:
    """A base64 text of PEM certificates."""
    if _PEM.search(base64.b64decode(bundle)):
        return []
    return [
        field.invalid(path, bundle, "unable to load root certificates: unable to parse bytes as PEM block")
    ]
