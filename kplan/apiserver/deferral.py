"""Admission plug-ins that are loaded where a state has something for them to do.

Upstream: none; a Go program has everything loaded.
"""

from importlib import import_module
from typing import Any

from kplan.apiserver.attributes import Attributes


class WhereUsed:
    """A plug-in that asks policies or webhooks; it and CEL are imported if a state has objects of its kind."""

    def __init__(self, name: str, module: str, kind: str) -> None:
        self.name = name
        self._module, self._kind = module, kind

    def admit(self, attributes: Attributes) -> None:
        """Have them change the object. Raises StatusError."""
        if self._is_used(attributes):
            self._plugin().admit(attributes)

    def validate(self, attributes: Attributes) -> None:
        """Have them judge the object. Raises StatusError."""
        if self._is_used(attributes):
            self._plugin().validate(attributes)

    def _is_used(self, attributes: Attributes) -> bool:
        return bool(attributes.store.list("admissionregistration.k8s.io", self._kind))

    def _plugin(self) -> Any:
        return getattr(import_module(f"kplan.apiserver.admission.{self._module}"), self.name)()
