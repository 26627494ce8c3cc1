"""Type-checks the expressions of a policy against every kind that it is for.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/typechecking.go
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.cel import types
from kplan.apiserver.cel.environment import CompileError, Environment
from kplan.apiserver.cel.policies import BASE
from kplan.apiserver.cel.types import DYN, Type
from kplan.controllers.validatingadmissionpolicystatus.kinds import kinds_of, object_type_of
from kplan.schema.catalog import Catalog

_PLAIN = frozenset({"bool", "bytes", "double", "duration", "int", "null_type", "string", "timestamp", "uint"})


def check(spec: Json, catalog: Catalog) -> list[Json]:
    """The warnings for a policy's status, in the order of its validations."""
    worlds = list(_worlds(spec, catalog))
    return [
        {"fieldRef": f"spec.validations[{index}].{name}", "warning": "\n".join(problems)}
        for index, validation in enumerate(spec.get("validations") or ())
        for name in ("expression", "messageExpression")
        if validation.get(name) and (problems := list(_problems(validation[name], worlds)))
    ]


World = tuple[GroupVersionKind, Environment]
"""A kind, and what an expression about its objects may name."""


def _worlds(spec: Json, catalog: Catalog) -> Iterator[World]:
    names: dict[str, Type] = {**BASE, "authorizer": types.read("authorizer")}
    if spec.get("paramKind"):
        names["params"] = _params(spec["paramKind"], catalog)
    for gvk in kinds_of(spec, catalog.discovery):
        kind = object_type_of(gvk, catalog)
        if kind is not None:
            about = {**names, "object": kind, "oldObject": kind}
            yield gvk, _with_variables(about, spec.get("variables") or ())


def _params(kind: Json, catalog: Catalog) -> Type:
    group, _, version = str(kind.get("apiVersion") or "").rpartition("/")
    return object_type_of(GroupVersionKind(group, version, kind.get("kind") or ""), catalog) or DYN


def _with_variables(names: Mapping[str, Type], variables: Iterable[Json]) -> Environment:
    """The types of variables for later expressions; one that does not compile is ``dyn``."""
    known: dict[str, Type] = {}
    for variable in variables:
        try:
            result = _environment(names, known).compile(variable["expression"]).result
        except CompileError:
            result = DYN
        known = {**known, variable["name"]: _declared(result)}
    return _environment(names, known)


def _environment(names: Mapping[str, Type], variables: Mapping[str, Type]) -> Environment:
    return Environment(
        {**names, "variables": types.object_type("kubernetes.variables", variables)}, bindings=False
    )


def _declared(kind: Type) -> Type:
    """The type that a variable is declared with: of an object, nothing is known any more."""
    if kind.name in {"list", "map"}:
        return Type(kind.name, tuple(map(_declared, kind.parameters)))
    return kind if kind.name in _PLAIN else DYN


def _problems(expression: str, worlds: Sequence[World]) -> Iterator[str]:
    for gvk, environment in worlds:
        try:
            environment.compile(expression)
        except CompileError as error:
            yield f"{gvk.group}/{gvk.version}, Kind={gvk.kind}: {error}\n"
