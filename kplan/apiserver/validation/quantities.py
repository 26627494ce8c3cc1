"""Rules of resource names and quantities that containers, quotas, limit ranges, nodes and claims share.

Upstream: pkg/apis/core/validation/validation.go, pkg/apis/core/helper/helpers.go
"""

from functools import lru_cache
from typing import Final

from kplan.api.quantity import Quantity, QuantityError
from kplan.apiserver import field
from kplan.apiserver.dns import NEGATIVE, is_qualified_name
from kplan.apiserver.field import ErrorList, typed
from kplan.fieldpath import FieldPath

_COMPUTE: Final = ("cpu", "memory", "ephemeral-storage")
_OBJECTS: Final = frozenset(
    {
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
        "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
    }
)  # fmt: skip
_QUOTA: Final = (
    _OBJECTS
    | frozenset(prefix + name for prefix in ("", "requests.", "limits.") for name in _COMPUTE)
    | {"requests.storage"}
)
_STANDARD: Final = _QUOTA | {"storage"}
_CONTAINER: Final = frozenset(_COMPUTE)
_POD_LEVEL: Final = ("cpu", "hugepages-", "memory")
_HUGE: Final = "hugepages-"


def is_huge_page_name(name: str) -> bool:
    """Whether the resource is a size of huge pages."""
    return name.startswith(_HUGE)


def is_quota_huge_page_name(name: str) -> bool:
    """Whether a quota counts a size of huge pages."""
    return name.startswith((_HUGE, "requests." + _HUGE))


def is_native_resource(name: str) -> bool:
    """Whether the resource is Kubernetes' own."""
    return "/" not in name or "kubernetes.io/" in name


@lru_cache(maxsize=1024)
def is_extended_resource_name(name: str) -> bool:
    """Whether the resource is a vendor's (``example.com/gpu``)."""
    if is_native_resource(name) or name.startswith("requests."):
        return False
    return not is_qualified_name("requests." + name)


def is_overcommit_allowed(name: str) -> bool:
    """Whether limits may exceed requests."""
    return is_native_resource(name) and not is_huge_page_name(name)


def is_standard_quota_name(name: str) -> bool:
    """Whether a quota knows the resource by its short name."""
    return name in _QUOTA or is_quota_huge_page_name(name)


def is_integer_resource_name(name: str) -> bool:
    """Whether the resource comes in whole units only."""
    return name in _OBJECTS or is_extended_resource_name(name)


def is_huge_page_value_divisible(name: str, quantity: str) -> bool:
    """Whether the quantity is a whole number of pages."""
    try:
        page = Quantity.parse(name.removeprefix(_HUGE))
    except QuantityError:
        return False
    if page.sign() <= 0 or page.milli() % 1000:
        return False
    return Quantity.parse(quantity).value() % page.value() == 0


@lru_cache(maxsize=1024)
def _resource_name_texts(name: str) -> tuple[str, ...]:
    texts = is_qualified_name(name)
    if not texts and "/" not in name and name not in _STANDARD and not is_quota_huge_page_name(name):
        texts = ["must be a standard resource type or fully qualified"]
    return tuple(texts)


@lru_cache(maxsize=1024)
def _container_resource_name_texts(name: str) -> tuple[str, ...]:
    texts = _resource_name_texts(name)
    if "/" not in name:
        if name not in _CONTAINER and not is_huge_page_name(name):
            texts += ("must be a standard resource for containers",)
    elif not is_native_resource(name) and not is_extended_resource_name(name):
        texts += ("doesn't follow extended resource name standard",)
    return texts


def validate_resource_name(name: str, path: FieldPath) -> ErrorList:
    """A resource's name: standard, or qualified."""
    return [field.invalid(path, typed(name), text) for text in _resource_name_texts(name)]


def validate_container_resource_name(name: str, path: FieldPath) -> ErrorList:
    """A resource's name where a container asks for it."""
    return [field.invalid(path, typed(name), text) for text in _container_resource_name_texts(name)]


def validate_pod_resource_name(name: str, path: FieldPath) -> ErrorList:
    """A resource's name where a whole pod asks for it."""
    errors = validate_resource_name(name, path)
    if errors or name in {"cpu", "memory"} or is_huge_page_name(name):
        return errors
    return [field.not_supported(path, typed(name), _POD_LEVEL)]


def validate_quota_resource_name(name: str, path: FieldPath) -> ErrorList:
    """A resource's name where a quota counts it."""
    errors = validate_resource_name(name, path)
    if "/" not in name and not is_standard_quota_name(name):
        errors.append(field.invalid(path, typed(name), "must be a standard resource for quota"))
    return errors


def validate_quantity_value(name: str, quantity: str, path: FieldPath) -> ErrorList:
    """A quantity of a resource: not negative, whole where the resource is."""
    errors: ErrorList = []
    if quantity.startswith("-"):
        errors.append(field.invalid(path, quantity, NEGATIVE))
    if name not in _CONTAINER and is_integer_resource_name(name) and Quantity.parse(quantity).milli() % 1000:
        errors.append(field.invalid(path, quantity, "must be an integer"))
    return errors


def validate_positive_quantity(quantity: str, path: FieldPath) -> ErrorList:
    """A quantity above zero."""
    if Quantity.parse(quantity).sign() > 0:
        return []
    return [field.invalid(path, quantity, "must be greater than zero")]


def validate_basic_resource(quantity: str, path: FieldPath) -> ErrorList:
    """A quantity whose whole units are not negative."""
    whole = Quantity.parse(quantity).value()
    return [field.invalid(path, whole, "must be a valid resource quantity")] if whole < 0 else []
