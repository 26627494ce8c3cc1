"""Own rules in CEL: conditions of the configuration that objects have to fulfil, compiled to rules of lint."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kplan.api.object import Json, Object
from kplan.apiserver.cel.environment import CompileError, Environment, Program
from kplan.apiserver.cel.types import BOOL, DYN, STRING, Type, list_of
from kplan.apiserver.cel.values import CelError
from kplan.errors import UsageError
from kplan.fieldpath import FieldPath
from kplan.lint.ownrule import OwnRule
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.world import World

_VARIABLES: Final = {"object": DYN, "objects": list_of(DYN), "admitted": DYN, "pod": DYN}
_REFUSED: Final = object()


def compiled(own: OwnRule) -> Rule:
    """The rule. Raises UsageError if an expression does not compile, in the words of CEL."""
    holds = program(own.expression, BOOL)
    says = program(own.message_expression, STRING) if own.message_expression else None
    message = own.message or f"must hold: {' '.join(own.expression.split())}"
    doc = f"{message}\n\n{own.why}\n\nFix: {own.help}\n"
    return Rule(
        own.code, own.name or own.code.lower(), own.severity, frozenset(own.kinds),
        _check(own, message, holds, says), (), (), looks_around="objects" in holds.used, theme="own", source=own.source,
        doc=doc,
    )  # fmt: skip


def program(expression: str, result: Type) -> Program:
    """An expression over an object. Raises UsageError in the words of CEL."""
    try:
        made = Environment(_VARIABLES).compile(expression)
    except CompileError as error:
        raise UsageError(error.brief, hint="the variables are object, objects, admitted and pod") from None
    if made.result not in (result, DYN):
        raise UsageError(f"must evaluate to {result} but got {made.result}")
    if made.unusable:
        raise UsageError(made.unusable)
    return made


def _check(
    own: OwnRule, message: str, holds: Program, says: Program | None
) -> Callable[[Subject], Iterator[Finding]]:
    path = FieldPath.parse(own.path)

    def check(subject: Subject) -> Iterator[Finding]:
        scope = _scope(subject, holds.used | (says.used if says else frozenset()))
        if scope.get("admitted") is _REFUSED:
            return
        try:
            failed, why = holds.run(scope) is not True, ""
        except CelError as error:
            failed, why = True, f" ({error})"
        if failed:
            yield Finding(path, _said(says, scope, message) + why, own.help, at_key=True)

    return check


def _said(says: Program | None, scope: dict[str, Any], message: str) -> str:
    try:
        found = says.run(scope) if says else message
    except CelError:
        return message
    return found if isinstance(found, str) and found.strip() else message


def _scope(subject: Subject, used: frozenset[str]) -> dict[str, Any]:
    """The variables that are used; one that few need is worked out only then."""
    scope: dict[str, Any] = {"object": subject.value}
    if "objects" in used:
        scope["objects"] = subject.world.remember("own rules: objects", _values)
    if "pod" in used:
        scope["pod"] = subject.pod_spec() or None
    if "admitted" in used:
        scope["admitted"] = _admitted(subject)
    return scope


def _values(world: World) -> list[Any]:
    return [subject.value for subject in world.subjects]


def _admitted(subject: Subject) -> Any:
    """The object as the API server would store it; what is refused has findings of its own."""
    from kplan.apiserver.errors import StatusError  # noqa: PLC0415 - few rules need the server
    from kplan.kubectl.reading import Failure, Options, read  # noqa: PLC0415 - likewise

    server = subject.world.remember("own rules: server", _server)
    for item in read([Object(_copied(subject.value))], server, Options(subject.namespace)):
        if isinstance(item, Failure):
            return _REFUSED
        try:
            return server.create(
                item.value, namespace=item.namespace, dry_run=True, field_validation="Ignore"
            ).value
        except StatusError:
            return _REFUSED
    return _REFUSED


def _server(world: World) -> Any:
    from kplan.apiserver.server import Server  # noqa: PLC0415 - likewise
    from kplan.kubectl.assumed import ASSUMED  # noqa: PLC0415 - likewise
    from kplan.state.store import Store  # noqa: PLC0415 - likewise

    return Server(Store(()), catalog=world.catalog, plugins=ASSUMED)


def _copied(value: Mapping[str, Any]) -> Json:
    from kplan.apiserver.patch.go_values import copy  # noqa: PLC0415 - likewise

    copied: Json = copy(value)
    return copied
