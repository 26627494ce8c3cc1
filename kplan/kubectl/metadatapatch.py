"""One object's labels or annotations changed, by a server, by its dry run, or only in thought.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/{label/label,annotate/annotate}.go
"""

from collections.abc import Mapping
from typing import Any

from kplan.api.object import Json
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server
from kplan.kubectl.choosing import Item
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.pairs import changed
from kplan.namedtuples import NamedTuple


class MetadataPatch(NamedTuple):
    """What is to be changed of every object."""

    field: str
    """``labels`` or ``annotations``."""
    changes: Mapping[str, str | None]
    """None removes."""
    strategy: DryRunStrategy = DryRunStrategy.NONE
    resource_version: str = ""
    """The only one that may be changed; empty for any."""
    manager: str = "kubectl"
    """The field manager of the write."""

    def present(self, value: Json) -> Mapping[str, str]:
        """What the object has of the field."""
        found: Mapping[str, str] = (value.get("metadata") or {}).get(self.field) or {}
        return found

    def apply(self, server: Server, item: Item) -> Json:
        """Change one object; the answer is how it is then. Raises StatusError or ClientError."""
        api_version = item.resource.api_version
        if self.strategy is DryRunStrategy.CLIENT:
            shown = server.show(item.key, api_version) if item.name else None
            return self.changed(shown or item.value)
        metadata: dict[str, Any] = {self.field: dict(self.changes)}
        if self.resource_version:
            metadata["resourceVersion"] = self.resource_version
        answer = server.patch(
            item.key, {"metadata": metadata}, PatchType.MERGE, api_version=api_version, manager=self.manager,
            dry_run=self.strategy is DryRunStrategy.SERVER,
        )  # fmt: skip
        nothing_there = not self.present(item.value) and not self.present(answer.value)
        return self.changed(answer.value) if nothing_there else answer.value

    def changed(self, value: Json) -> Json:
        """The object with the change, without asking anybody; what is removed leaves an empty mapping."""
        after = changed(self.present(value), self.changes)
        metadata = {name: item for name, item in (value.get("metadata") or {}).items() if name != self.field}
        return {**value, "metadata": {**metadata, self.field: after}}
