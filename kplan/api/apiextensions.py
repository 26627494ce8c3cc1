"""Typed views of the apiextensions.k8s.io group.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/types.go
"""

from typing import Any

from kplan.api.meta import Condition, Resource
from kplan.api.view import Items, View


class CustomResourceColumnDefinition(View):
    """One item of CustomResourceDefinitionVersion.additionalPrinterColumns."""

    name: str
    type: str
    format: str
    description: str
    priority: int
    json_path: str


class SelectableField(View):
    """One item of CustomResourceDefinitionVersion.selectableFields."""

    json_path: str


class CustomResourceDefinitionVersion(View):
    """One item of CustomResourceDefinitionSpec.versions; its schema and subresources are JSON."""

    name: str
    served: bool
    storage: bool
    deprecated: bool
    deprecation_warning: str | None
    schema: Any
    subresources: Any
    additional_printer_columns: Items[CustomResourceColumnDefinition]
    selectable_fields: Items[SelectableField]


class CustomResourceDefinitionNames(View):
    """The value of CustomResourceDefinitionSpec.names."""

    plural: str
    singular: str
    short_names: Items[str]
    kind: str
    list_kind: str
    categories: Items[str]


class CustomResourceDefinitionSpec(View):
    """The value of CustomResourceDefinition.spec."""

    group: str
    names: CustomResourceDefinitionNames
    scope: str
    versions: Items[CustomResourceDefinitionVersion]
    conversion: Any
    preserve_unknown_fields: bool


class CustomResourceDefinitionStatus(View):
    """The value of CustomResourceDefinition.status."""

    conditions: Items[Condition]
    accepted_names: CustomResourceDefinitionNames
    stored_versions: Items[str]
    observed_generation: int


class CustomResourceDefinition(Resource):
    """A CustomResourceDefinition."""

    spec: CustomResourceDefinitionSpec
    status: CustomResourceDefinitionStatus
