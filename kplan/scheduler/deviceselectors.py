"""CEL conditions on devices, compiled once.

Device classes and requests choose devices by their driver, attributes and capacity.

Upstream: staging/src/k8s.io/dynamic-resource-allocation/cel/compile.go
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kplan.api.quantity import Quantity
from kplan.scheduler.devices import AllocationError, Device

if TYPE_CHECKING:
    from kplan.apiserver.cel.environment import Program


class Selectors:
    """CEL conditions on devices, compiled once and answered once a device."""

    def __init__(self) -> None:
        self._programs: dict[str, Program] = {}

    def match(self, device: Device, selectors: Sequence[Mapping[str, Any]], whose: str) -> bool:
        """Whether a device meets every condition. Raises AllocationError."""
        from kplan.apiserver.cel.environment import CompileError  # noqa: PLC0415 - clusters without devices need no CEL
        from kplan.apiserver.cel.values import CelError  # noqa: PLC0415 - likewise

        for index, selector in enumerate(selectors):
            text = (selector.get("cel") or {}).get("expression", "")
            try:
                if self._program(text).run({"device": device_variable(device)}) is not True:
                    return False
            except CompileError as error:
                raise AllocationError(f"{whose}: selector #{index}: CEL compile error: {error}") from error
            except CelError as error:
                raise AllocationError(f"{whose}: selector #{index}: CEL runtime error: {error}") from error
        return True

    def _program(self, text: str) -> "Program":
        from kplan.apiserver.cel.environment import Environment  # noqa: PLC0415 - likewise
        from kplan.apiserver.cel.types import DYN  # noqa: PLC0415 - likewise

        if text not in self._programs:
            self._programs[text] = Environment({"device": DYN}).compile(text)
        return self._programs[text]


class _Domains(dict[str, Any]):
    """Attributes by domain; a domain without any is an empty map, not an error."""

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str)

    def __missing__(self, key: str) -> dict[str, Any]:
        return {}

    def get(self, key: str, default: Any = None) -> Any:
        del default
        return self[key]


def device_variable(device: Device) -> dict[str, Any]:
    """What CEL sees as ``device``."""
    from kplan.apiserver.cel.kubernetes.quantities import QuantityValue  # noqa: PLC0415 - likewise

    driver = device.id[0]
    attributes, capacity = _Domains(), _Domains()
    for name, item in (device.value.get("attributes") or {}).items():
        domain, _, short = name.rpartition("/")
        attributes.setdefault(domain or driver, {})[short] = attribute(item)
    for name, item in (device.value.get("capacity") or {}).items():
        domain, _, short = name.rpartition("/")
        capacity.setdefault(domain or driver, {})[short] = QuantityValue(Quantity.parse(item["value"]))
    return {
        "driver": driver,
        "allowMultipleAllocations": device.shared,
        "attributes": attributes,
        "capacity": capacity,
    }


def attribute(item: Mapping[str, Any]) -> Any:
    """The value of a device attribute, whatever its kind."""
    if "version" in item:
        from kplan.apiserver.cel.kubernetes import KUBERNETES  # noqa: PLC0415 - likewise

        return KUBERNETES.functions["semver"](item["version"])
    return next((item[kind] for kind in ("string", "int", "bool") if kind in item), None)
