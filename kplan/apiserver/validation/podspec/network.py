"""How a pod is named and how it resolves names: DNS policy and config, host aliases, hostname.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_dns1123_subdomain_with_underscore,
    size,
    validate_dns1123_label,
    validate_dns1123_subdomain,
)
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.validation.ip import is_valid_ip_for_legacy_field
from kplan.fieldpath import FieldPath

_POLICIES: Final = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_NAMESERVERS: Final = 3
_SEARCHES: Final = 32
_SEARCH_CHARACTERS: Final = 2048


def validate_dns_policy(policy: str, path: FieldPath) -> ErrorList:
    """``dnsPolicy`` of a pod."""
    if not policy:
        return [field.required(path, "")]
    return [] if policy in _POLICIES else [field.not_supported(path, typed(policy), _POLICIES)]


def validate_dns_config(config: Json | None, policy: str, path: FieldPath) -> ErrorList:
    """``dnsConfig`` of a pod; needed if the policy is None."""
    if policy == "None":
        if config is None:
            return [field.required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not config.get("nameservers"):
            text = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [field.required(path / "nameservers", text)]
    if config is None:
        return []
    errors: ErrorList = []
    servers = config.get("nameservers") or []
    if len(servers) > _NAMESERVERS:
        text = f"must not have more than {_NAMESERVERS} nameservers"
        errors.append(field.invalid(path / "nameservers", servers, text))
    for index, server in enumerate(servers):
        errors += is_valid_ip_for_legacy_field(path / "nameservers" / index, server)
    errors += _validate_searches(config.get("searches") or [], path / "searches")
    for index, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            errors.append(field.required(path / "options" / index, "must not be empty"))
    return errors


def _validate_searches(searches: Sequence[str], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if len(searches) > _SEARCHES:
        errors.append(field.invalid(path, searches, f"must not have more than {_SEARCHES} search paths"))
    if size(" ".join(searches)) > _SEARCH_CHARACTERS:
        text = (
            f"must not have more than {_SEARCH_CHARACTERS} characters (including spaces) in the search list"
        )
        errors.append(field.invalid(path, searches, text))
    for index, search in enumerate(searches):
        if search != ".":
            name = search.removesuffix(".")
            texts = is_dns1123_subdomain_with_underscore(name)
            errors += [field.invalid(path / index, name, text) for text in texts]
    return errors


def validate_host_aliases(aliases: Sequence[Json], path: FieldPath) -> ErrorList:
    """``hostAliases`` of a pod."""
    errors: ErrorList = []
    for index, alias in enumerate(aliases):
        errors += is_valid_ip_for_legacy_field(path / index / "ip", alias.get("ip", ""))
        for number, name in enumerate(alias.get("hostnames") or ()):
            errors += validate_dns1123_subdomain(name, path / index / "hostnames" / number)
    return errors


def validate_hostname_override(spec: Json, path: FieldPath) -> ErrorList:
    """``hostnameOverride`` of a pod."""
    name = spec.get("hostnameOverride")
    if name is None:
        return []
    at = path / "hostnameOverride"
    errors: ErrorList = []
    if spec.get("setHostnameAsFQDN"):
        errors.append(field.forbidden(at, "may not be specified when setHostnameAsFQDN is true"))
    if spec.get("hostNetwork"):
        errors.append(field.forbidden(at, "may not be specified when hostNetwork is true"))
    if size(name) > 64:
        errors.append(field.too_long(at, "", 64))
    return errors + validate_dns1123_subdomain(name, at)


def validate_host_names(spec: Json, path: FieldPath) -> ErrorList:
    """``hostname`` and ``subdomain`` of a pod."""
    errors: ErrorList = []
    for name in ("hostname", "subdomain"):
        if spec.get(name):
            errors += validate_dns1123_label(spec[name], path / name)
    return errors
