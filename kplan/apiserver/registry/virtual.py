"""Kinds that are answered and never stored: reviews and bindings.

Upstream: pkg/registry/authorization, pkg/registry/authentication
"""

from kplan.api.object import Json
from kplan.apiserver.field import ErrorList
from kplan.apiserver.registry.strategy import Strategy, no_errors
from kplan.schema.discovery import Resource


def strategy_for(resource: Resource) -> Strategy:
    """Make the strategy of a kind that only passes through."""
    return Strategy(resource.group, resource.kind, _nothing_wrong, no_errors)


def _nothing_wrong(_obj: Json) -> ErrorList:
    return []
