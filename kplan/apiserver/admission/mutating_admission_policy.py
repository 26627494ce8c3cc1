"""MutatingAdmissionPolicy: the policies in the cluster change the object, by merging or by JSON patch.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/mutating
"""

import base64
import copy
from collections.abc import Iterator
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import policies
from kplan.apiserver.attributes import Attributes, Operation
from kplan.apiserver.cel.conversions import to_string
from kplan.apiserver.cel.meter import CostBudget
from kplan.apiserver.cel.values import Duration, Made, Struct, Timestamp
from kplan.apiserver.decode import decode
from kplan.apiserver.defaulting import default
from kplan.apiserver.errors import Cause, StatusError, bad_request
from kplan.apiserver.field import go_quote
from kplan.apiserver.patch.json_patch import JsonPatchError, TestFailedError, json_patch
from kplan.apiserver.patch.typed.merging import merge
from kplan.apiserver.patch.typed.shapes import TypedError
from kplan.apiserver.patch.typed.validation import validate
from kplan.apiserver.policies import Invocation, Misconfigured, PolicyError
from kplan.schema.merge import Shape, builtin

_UNESCAPED: Final = (("__dot__", "."), ("__dash__", "-"), ("__slash__", "/"), ("__underscores__", "__"))


class MutatingAdmissionPolicy:
    """Runs every bound policy that matches the request, one after the other."""

    def admit(self, attributes: Attributes) -> None:
        """Change the object. Raises StatusError if a policy cannot and must."""
        if attributes.operation not in {Operation.CREATE, Operation.UPDATE}:
            return
        for found in policies.bound_policies(attributes, "MutatingAdmissionPolicy"):
            if attributes.round > 1 and found.policy["spec"].get("reinvocationPolicy") != "IfNeeded":
                continue
            if isinstance(found, Misconfigured):
                if found.policy["spec"].get("failurePolicy", "Fail") != "Ignore":
                    raise _refusal(found, found.message)
                continue
            try:
                _mutate(found, attributes)
            except PolicyError as error:
                if found.fails_closed:
                    raise _refusal(found, str(error)) from None
            _check_namespace(attributes)


def _mutate(found: Invocation, attributes: Attributes) -> None:
    compiled = policies.expressions_of(found.policy)
    if not compiled.selects(found.scope, fails=found.fails_closed):
        return
    for mutation in found.policy["spec"].get("mutations") or ():
        patch = mutation.get("jsonPatch") or mutation.get("applyConfiguration") or {}
        text = patch.get("expression", "").strip()
        budget = CostBudget()
        scope = compiled.bind({**found.scope, "object": attributes.object}, budget)
        made = policies.evaluate(
            text, policies.compiled(compiled.compiler, text, patches=True), scope, budget
        )
        patches = mutation.get("patchType") == "JSONPatch"
        changed = (_patched if patches else _merged)(made, attributes)
        if changed is None:
            continue
        try:
            read = decode(changed, attributes.gvk, strict=patches).value
        except StatusError as error:
            if patches:
                raise _unreadable(error, attributes) from None
            raise PolicyError(error.message) from None
        default(read)
        if read != attributes.object and attributes.round == 1:
            attributes.rounds = 2
        attributes.object.clear()
        attributes.object.update(read)


def _unreadable(error: StatusError, attributes: Attributes) -> StatusError:
    """The server's error for a patched object that it cannot read; no failure policy can override it."""
    problem = error.message.partition(f" cannot be handled as a {attributes.gvk.kind}: ")[2]
    return StatusError(500, "InternalError", f"Internal error occurred: {problem or error.message}")


def _check_namespace(attributes: Attributes) -> None:
    namespace = attributes.object["metadata"].get("namespace", "")
    if attributes.namespace and namespace and namespace != attributes.namespace:
        raise bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )


def _patched(made: Any, attributes: Attributes) -> Json | None:
    """The object with a JSON patch applied; None if a ``test`` operation of the patch fails."""
    operations = []
    for one in made:
        if isinstance(one.get("value"), Made):
            _check_names(one["value"])
        operation = {"op": one.get("op", ""), "path": one.get("path", "")}
        if one.get("from"):
            operation["from"] = one["from"]
        if "value" in one:
            operation["value"] = _as_json(_plain(one["value"]))
        operations.append(operation)
    try:
        changed: Json = json_patch(copy.deepcopy(attributes.object), operations)
    except TestFailedError:
        return None
    except JsonPatchError as error:
        raise PolicyError(f"JSON Patch: {error}") from None
    return changed


def _merged(made: Any, attributes: Attributes) -> Json:
    _check_names(made)
    patch = {**_plain(made), "apiVersion": attributes.gvk.api_version, "kind": attributes.gvk.kind}
    shape = builtin(attributes.gvk)
    if shape is None:
        raise PolicyError(f"no schema for {attributes.gvk.group_kind}")
    try:
        validate(shape, patch)
    except TypedError as error:
        what = "failed to convert patch object to typed object"
        raise PolicyError(f"error applying patch: {what}: {error}") from None
    atomics = list(_atomics(shape, patch, ""))
    if atomics:
        what = "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs"
        raise PolicyError(f"error applying patch: {what}: {', '.join(atomics)}")
    try:
        changed: Json = merge(shape, attributes.object, patch)
    except TypedError as error:
        raise PolicyError(f"error applying patch: failed to merge patch: {error}") from None
    return changed


def _check_names(made: Any) -> None:
    """Objects that are made have to be of the type of the field that they stand in."""
    wrong = list(_misnamed(made, made.type_name))
    if wrong:
        raise PolicyError("type mismatch: " + "\n".join(wrong))


def _misnamed(value: Any, expected: str) -> Iterator[str]:
    if isinstance(value, Made):
        if value.type_name != expected:
            yield (
                f"unexpected type name {go_quote(value.type_name)}, expected {go_quote(expected)}, "
                "which matches field name path from root Object type"
            )
        for name, item in value.items():
            yield from _misnamed(item, f"{expected}.{name}")
    elif isinstance(value, (list, dict)):
        for item in value if isinstance(value, list) else value.values():
            yield from _misnamed(item, expected)


def _atomics(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """The places of a patch that can only be replaced whole."""
    if isinstance(value, dict) and shape.map is not None:
        if shape.map.atomic:
            yield path
        for name, item in value.items():
            if name in shape.map.fields:
                yield from _atomics(shape.map.fields[name].shape, item, f"{path}.{name}")
    elif isinstance(value, list) and shape.list is not None:
        if not shape.list.associative:
            yield path
        for index, item in enumerate(value):
            yield from _atomics(shape.list.element, item, f"{path}[{index}]")


def _plain(value: Any) -> Any:
    """A value of CEL as JSON, its fields under their own names."""
    if isinstance(value, dict):
        named = isinstance(value, Struct)
        return {(_unescaped(name) if named else name): _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _as_json(value: Any) -> Any:
    """Bytes and times as JSON has them."""
    if isinstance(value, dict):
        return {name: _as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return to_string(value) if isinstance(value, (Timestamp, Duration)) else value


def _unescaped(name: str) -> str:
    for escaped, char in _UNESCAPED:
        name = name.replace(escaped, char)
    return name[2:-2] if name.startswith("__") and name.endswith("__") and len(name) > 4 else name


def _refusal(found: Invocation | Misconfigured, message: str) -> StatusError:
    policy, binding = found.policy["metadata"]["name"], found.binding["metadata"]["name"]
    text = f"policy '{policy}' with binding '{binding}' denied request: {message}"
    return StatusError(403, "Forbidden", text, [Cause("", text)])
