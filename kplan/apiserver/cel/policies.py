"""The environments of admission expressions: match conditions, validations, variables, messages and mutations.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/{compile,composition}.go
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kplan.apiserver.cel import types
from kplan.apiserver.cel.environment import CompileError, Environment, Program, UnusableError
from kplan.apiserver.cel.types import (
    BOOL,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
    object_type,
    runtime_name,
)

_KEPT: Final = frozenset(
    {"bool", "bytes", "double", "duration", "int", "null_type", "string", "timestamp", "uint"}
)
"""Types, besides lists and maps, that later expressions see for a variable; all others become ``dyn``."""
_STRINGS: Final = list_of(STRING)
_GVK: Final = object_type("kubernetes.GroupVersionKind", dict.fromkeys(("group", "version", "kind"), STRING))
_GVR: Final = object_type(
    "kubernetes.GroupVersionResource", dict.fromkeys(("group", "version", "resource"), STRING)
)
_USER: Final = object_type(
    "kubernetes.UserInfo",
    {"username": STRING, "uid": STRING, "groups": _STRINGS, "extra": map_of(STRING, _STRINGS)},
)
_REQUEST: Final = object_type(
    "kubernetes.AdmissionRequest",
    {
        "kind": _GVK, "resource": _GVR, "subResource": STRING, "requestKind": _GVK, "requestResource": _GVR,
        "requestSubResource": STRING, "name": STRING, "namespace": STRING, "operation": STRING, "userInfo": _USER,
        "dryRun": BOOL, "options": DYN,
    },
)  # fmt: skip
_CONDITION: Final = object_type(
    "kubernetes.NamespaceCondition",
    {**dict.fromkeys(("status", "type", "message", "reason"), STRING), "lastTransitionTime": TIMESTAMP},
)
_NAMESPACE: Final = object_type(
    "kubernetes.Namespace",
    {
        "metadata": object_type(
            "kubernetes.NamespaceMetadata",
            {
                **dict.fromkeys(("name", "generateName", "namespace", "UID", "resourceVersion"), STRING),
                "labels": map_of(STRING, STRING), "annotations": map_of(STRING, STRING), "creationTimestamp": TIMESTAMP,
                "deletionTimestamp": TIMESTAMP, "deletionGracePeriodSeconds": INT, "generation": INT, "finalizers": _STRINGS,
            },
        ),
        "spec": object_type("kubernetes.NamespaceSpec", {"finalizers": _STRINGS}),
        "status": object_type("kubernetes.NamespaceStatus", {"conditions": list_of(_CONDITION), "phase": STRING}),
    },
)  # fmt: skip
BASE: Final[Mapping[str, Type]] = {
    "object": DYN, "oldObject": DYN, "namespaceObject": _NAMESPACE, "request": _REQUEST,
}  # fmt: skip
"""The variables of every expression, with their types."""
BOOLEAN: Final = (BOOL,)
TEXT: Final = (STRING,)
TEXT_OR_NULL: Final = (STRING, types.NULL)
PATCH: Final = (list_of(Type("JSONPatch")),)
OBJECT: Final = (Type("Object"),)


@dataclass(slots=True)
class Compiler:
    """Compiles the expressions of one policy; variables are added one by one and seen by what follows."""

    params: bool = False
    composed: bool = False
    """Whether ``variables`` is defined."""
    variables: dict[str, Type] = field(default_factory=dict)

    def environment(
        self, *, authorizer: bool = True, params: bool | None = None, patches: bool = False
    ) -> Environment:
        """The environment of the next expression."""
        names = dict(BASE)
        if self.params if params is None else params:
            names["params"] = DYN
        if authorizer:
            names["authorizer"] = types.read("authorizer")
            names["authorizer.requestResource"] = types.read("resourcecheck")
        if self.composed:
            names["variables"] = object_type("kubernetes.variables", dict(self.variables))
        return Environment(names, patches, bindings=False)

    def compile(
        self, text: str, results: tuple[Type, ...] = (), *, environment: Environment | None = None
    ) -> Program:
        """Compile an expression. Raises CompileError if it fails or its result is of none of the types."""
        try:
            program = (environment or self.environment()).compile(text)
        except CompileError as error:
            raise CompileError(f"compilation failed: {error}") from None
        if results and program.result not in results:
            raise CompileError(_wrong_type(program.result, results))
        if program.unusable:
            raise UnusableError(f"program instantiation failed: {program.unusable}")
        return program

    def add_variable(self, name: str, text: str) -> Program:
        """Compile a variable and define it for later expressions.

        Raises CompileError and then defines it as ``dyn``.
        """
        self.variables_seen(name, DYN)
        before = dict(self.variables)
        del self.variables[name]
        try:
            program = self.compile(text)
        finally:
            self.variables = before
        self.variables_seen(name, _seen(program.result))
        return program

    def variables_seen(self, name: str, kind: Type) -> None:
        """Make a variable of a known type visible."""
        self.variables[name] = kind


def _seen(kind: Type) -> Type:
    """The type of a variable as later expressions see it: types of a library become ``dyn``."""
    if kind.name in {"list", "map"}:
        return Type(kind.name, tuple(map(_seen, kind.parameters)))
    return kind if kind.name in _KEPT else DYN


def _wrong_type(found: Type, expected: tuple[Type, ...]) -> str:
    if len(expected) == 1:
        return f"must evaluate to {runtime_name(expected[0])} but got {runtime_name(found)}"
    return f"must evaluate to one of [{' '.join(map(runtime_name, expected))}] but got {runtime_name(found)}"
