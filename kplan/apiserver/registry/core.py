"""Strategies of the core group's kinds that hold data: ConfigMaps, Secrets and ServiceAccounts.

Upstream: pkg/registry/core
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.registry.strategy import Context, Strategy
from kplan.apiserver.validation import core_config as validation
from kplan.apiserver.warnings import secrets

GROUP: Final = ""


def create_service_account(obj: Json, _context: Context) -> None:
    """Prepare a ServiceAccount: of its secrets only the names count."""
    if obj.get("secrets"):
        obj["secrets"] = [{"name": secret["name"]} if secret.get("name") else {} for secret in obj["secrets"]]


def update_service_account(new: Json, _old: Json, context: Context) -> None:
    """Prepare a ServiceAccount's update."""
    create_service_account(new, context)


def update_secret(new: Json, old: Json, _context: Context) -> None:
    """Prepare a Secret's update: its type stays if none is given."""
    if not new.get("type") and old.get("type"):
        new["type"] = old["type"]


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "Secret",
        validation.validate_secret,
        validation.validate_secret_update,
        prepare_for_update=update_secret,
        warnings=secrets.for_secret,
    ),
    Strategy(GROUP, "ConfigMap", validation.validate_config_map, validation.validate_config_map_update),
    Strategy(
        GROUP,
        "ServiceAccount",
        validation.validate_service_account,
        validation.validate_service_account_update,
        prepare_for_create=create_service_account,
        prepare_for_update=update_service_account,
        warnings=secrets.for_service_account,
    ),
)
