"""A custom resource in another version of its definition, where versions differ by name alone (strategy None).

Every version cuts the object to its own schema, and the stored one also fills in its defaults whenever it is
read. A definition with a conversion webhook keeps objects in the version that they were sent in: nobody can say
what the webhook makes of them.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go
    (crdConversionRESTOptionsGetter)
"""

import copy

from kplan.api.object import Json
from kplan.apiserver.customresource import pruning
from kplan.schema.crd import CustomKind, Schema


def as_stored(obj: Json, kind: CustomKind) -> Json:
    """The object as it is read from storage; in the version it was sent in unless another one is given."""
    storage = kind.storage
    if storage is None:
        pruning.default(obj, kind.schema)
        return obj
    stored = _cut({**obj, "apiVersion": storage.api_version}, storage.schema, kind)
    pruning.default(stored, storage.schema)
    return stored if storage.served else in_version(stored, kind)


def in_version(obj: Json, kind: CustomKind) -> Json:
    """A stored object in the version of a kind; the argument stays as it is."""
    version = kind.resource.api_version
    return obj if obj["apiVersion"] == version else _cut({**obj, "apiVersion": version}, kind.schema, kind)


def _cut(obj: Json, schema: Schema | None, kind: CustomKind) -> Json:
    if kind.preserve_unknown_fields or kind.converted_by_webhook:
        return obj
    cut = {**copy.deepcopy({**obj, "metadata": None}), "metadata": obj["metadata"]}
    cut = {name: cut[name] for name in obj}
    pruning.prune(cut, schema, root=True)
    pruning.drop_nulls(cut, schema)
    return cut
