"""How a webhook is reached: URL or service, path and certificate bundle.

Upstream: staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go
"""

import base64
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from kplan.apiserver import dns, field
from kplan.apiserver.field import ErrorList, go_quote
from kplan.fieldpath import FieldPath

_FORM: Final = "; desired format: https://host[/path]"
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


def parse_url(text: str) -> tuple[SplitResult | None, str]:
    """A URL as Go's url.Parse reads it, or the words it refuses it with."""
    quoted = f"parse {go_quote(text)}: "
    if re.search(r"[\x00-\x1f\x7f]", text):
        return None, quoted + "net/url: invalid control character in URL"
    if text.startswith(":"):
        return None, quoted + "missing protocol scheme"
    escape = re.search(r"%(?![0-9A-Fa-f]{2})", text)
    if escape:
        return None, quoted + f"invalid URL escape {go_quote(text[escape.start() : escape.start() + 3])}"
    head = text.partition("/")[0].partition("?")[0].partition("#")[0]
    if ":" in head and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", head):
        return None, quoted + "first path segment in URL cannot contain colon"
    try:
        parts = urlsplit(text)
    except ValueError as error:
        return None, quoted + str(error)
    space = re.search(r"[ \"<>]", parts.netloc)
    if space:
        return None, quoted + f"invalid character {go_quote(space[0])} in host name"
    port = re.search(r":([^:\]]*)$", parts.netloc.rpartition("@")[2])
    if port and not re.fullmatch(r"\d*", port[1], re.ASCII):
        return None, quoted + f"invalid port {go_quote(':' + port[1])} after host"
    return parts, ""


def validate_webhook_url(path: FieldPath, text: str, *, https: bool = True) -> ErrorList:
    """The address of a webhook outside the cluster."""
    parts, problem = parse_url(text)
    if parts is None:
        return [field.required(path, "url must be a valid URL: " + problem + _FORM)]
    errors: ErrorList = []
    opaque = bool(parts.scheme) and not text[len(parts.scheme) + 1 :].startswith("/")
    host = "" if opaque else parts.netloc.rpartition("@")[2]
    if https and parts.scheme != "https":
        errors.append(field.invalid(path, parts.scheme, "'https' is the only allowed URL scheme" + _FORM))
    if not host:
        errors.append(field.invalid(path, host, "host must be specified" + _FORM))
    if "@" in parts.netloc:
        errors.append(
            field.invalid(
                path, parts.netloc.rpartition("@")[0], "user information is not permitted in the URL"
            )
        )
    if parts.fragment:
        errors.append(field.invalid(path, parts.fragment, "fragments are not permitted in the URL"))
    if parts.query:
        errors.append(field.invalid(path, parts.query, "query parameters are not permitted in the URL"))
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
