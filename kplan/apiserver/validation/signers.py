"""Names of certificate signers and of the trust bundles that belong to them.

Upstream: pkg/apis/core/validation/names.go
"""

from collections.abc import Callable

from kplan.apiserver import field
from kplan.apiserver.dns import (
    SUBDOMAIN_MAX_LENGTH,
    is_dns1123_label,
    is_dns1123_subdomain,
    name_is_dns_subdomain,
    size,
)
from kplan.apiserver.field import ErrorList
from kplan.fieldpath import FieldPath


def is_kubernetes_signer_name(name: str) -> bool:
    """Whether the signer is one of Kubernetes' own."""
    host = name.partition("/")[0]
    return host == "kubernetes.io" or host.endswith(".kubernetes.io")


def validate_signer_name(path: FieldPath, name: str) -> ErrorList:
    """A signer's name: a domain, a slash and a path of dotted parts."""
    if not name:
        return [field.required(path, "")]
    parts = name.split("/")
    if len(parts) != 2:
        text = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        return [field.invalid(path, name, text)]
    errors: ErrorList = []
    domain, rest = parts
    if size(domain) > SUBDOMAIN_MAX_LENGTH:
        errors.append(field.too_long(path, "", SUBDOMAIN_MAX_LENGTH))
    errors += _validate_parts(path, domain, is_dns1123_label)
    if "." not in domain:
        text = "should be a domain with at least two segments separated by dots"
        errors.append(field.invalid(path, domain, text))
    errors += _validate_parts(path, rest, is_dns1123_subdomain)
    limit = SUBDOMAIN_MAX_LENGTH + 1 + SUBDOMAIN_MAX_LENGTH + 63 + 1
    if size(name) > limit:
        errors.append(field.too_long(path, "", limit))
    return errors


def _validate_parts(path: FieldPath, dotted: str, rule: Callable[[str], list[str]]) -> ErrorList:
    for part in dotted.split("."):
        texts = rule(part)
        if texts:
            return [
                field.invalid(path, dotted, f"validating label {field.go_quote(part)}: {text}")
                for text in texts
            ]
    return []


def cluster_trust_bundle_name_texts(name: str, signer: str, prefix: bool = False) -> list[str]:
    """A ClusterTrustBundle's name, which starts with its signer's if it has one."""
    if not signer:
        if ":" in name:
            return ['ClusterTrustBundle without signer name must not have ":" in its name']
        return name_is_dns_subdomain(name, prefix)
    start = signer.replace("/", ":") + ":"
    if not name.startswith(start):
        return [f"ClusterTrustBundle for signerName {signer} must be named with prefix {start}"]
    return name_is_dns_subdomain(name.removeprefix(start), prefix)


def signer_of_bundle_name(name: str) -> str:
    """The signer that a ClusterTrustBundle's name points to, empty if it points to none."""
    return name.rpartition(":")[0].replace(":", "/")
