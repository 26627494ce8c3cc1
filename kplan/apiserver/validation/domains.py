"""Checks of texts that start with a domain: domain names, ``acme.io/path`` and ``acme.io/key``.

They give field errors themselves, since they tell a missing value from a bad one.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go
"""

import re
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_qualified_name,
    regex_text,
)
from kplan.apiserver.field import ErrorList
from kplan.fieldpath import FieldPath

_HTTP_PATH: Final = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"


def is_fully_qualified_domain_name(path: FieldPath | None, name: str) -> ErrorList:
    """A domain name of at least two labels; a final dot is let through."""
    if not name:
        return [field.required(path, "")]
    name = name.removesuffix(".")
    errors = is_dns1123_subdomain(name)
    if errors:
        return [field.invalid(path, name, ",".join(errors))]
    labels = name.split(".")
    if len(labels) < 2:
        return [field.invalid(path, name, "should be a domain with at least two segments separated by dots")]
    for label in labels:
        errors = is_dns1123_label(label)
        if errors:
            return [field.invalid(path, label, ",".join(errors))]
    return []


def is_domain_prefixed_path(path: FieldPath | None, value: str) -> ErrorList:
    """A domain, a slash and an HTTP path (``acme.io/foo``)."""
    if not value:
        return [field.required(path, "")]
    host, _, rest = value.partition("/")
    if not host or not rest:
        return [field.invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    errors = [field.invalid(path, host, text) for text in is_dns1123_subdomain(host)]
    if not re.fullmatch(_HTTP_PATH, rest):
        errors.append(field.invalid(path, rest, regex_text("Invalid path", _HTTP_PATH)))
    return errors


def is_domain_prefixed_key(path: FieldPath | None, value: str) -> ErrorList:
    """A domain, a slash and a label key's name."""
    if not value:
        return [field.required(path, "")]
    errors = [field.invalid(path, value, text) for text in is_qualified_name(value)]
    if not errors and len(value.split("/")) != 2:
        errors.append(field.invalid(path, value, 'must be a domain-prefixed key (such as "acme.io/foo")'))
    return errors
