"""MutatingAdmissionPolicy: the policies in the cluster change the object, by merging or by JSON patch.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/mutating
"""

import copy
from collections.abc import Iterator
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import policies
from kplan.apiserver.attributes import Attributes, Operation
from kplan.apiserver.cel.meter import CostBudget
from kplan.apiserver.cel.values import Struct
from kplan.apiserver.decode import decode
from kplan.apiserver.defaulting import default
from kplan.apiserver.errors import Cause, StatusError
from kplan.apiserver.patch.json_patch import JsonPatchError, json_patch
from kplan.apiserver.patch.typed.merging import merge
from kplan.apiserver.patch.typed.shapes import TypedError
from kplan.apiserver.policies import Invocation, Misconfigured, PolicyError
from kplan.schema.merge import Shape, builtin

_UNESCAPED: Final = (("__dot__", "."), ("__dash__", "-"), ("__slash__", "/"), ("__underscores__", "__"))


class MutatingAdmissionPolicy:
    """Runs every bound policy that matches the request, one after the other."""

    def admit(self, attributes: Attributes) -> None:
        """Change the object. Raises StatusError where a policy cannot and must."""
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
        changed = (_patched if mutation.get("patchType") == "JSONPatch" else _merged)(made, attributes)
        try:
            read = decode(changed, attributes.gvk, strict=False).value
        except StatusError as error:
            raise PolicyError(error.message) from None
        default(read)
        if read != attributes.object and attributes.round == 1:
            attributes.rounds = 2
        attributes.object.clear()
        attributes.object.update(read)


def _patched(made: Any, attributes: Attributes) -> Json:
    operations = [_plain(operation) for operation in made if isinstance(operation, dict)]
    for operation in operations:
        operation.pop("@type", None)
    try:
        changed: Json = json_patch(copy.deepcopy(attributes.object), operations)
    except JsonPatchError as error:
        raise PolicyError(f"JSON Patch: {error}") from None
    return changed


def _merged(made: Any, attributes: Attributes) -> Json:
    patch = _plain(made)
    for name in ("apiVersion", "kind"):
        if patch.get(name, attributes.object.get(name)) != attributes.object.get(name):
            raise PolicyError(f"invalid ApplyConfiguration: may not mutate {name}")
    shape = builtin(attributes.gvk)
    if shape is None:
        raise PolicyError(f"no schema for {attributes.gvk.group_kind}")
    atomics = list(_atomics(shape, patch, ""))
    if atomics:
        what = "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs"
        raise PolicyError(f"error applying patch: {what}: {', '.join(atomics)}")
    try:
        changed: Json = merge(shape, attributes.object, patch)
    except TypedError as error:
        raise PolicyError(f"error applying patch: failed to merge patch: {error}") from None
    return changed


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


def _unescaped(name: str) -> str:
    for escaped, char in _UNESCAPED:
        name = name.replace(escaped, char)
    return name[2:-2] if name.startswith("__") and name.endswith("__") and len(name) > 4 else name


def _refusal(found: Invocation | Misconfigured, message: str) -> StatusError:
    policy, binding = found.policy["metadata"]["name"], found.binding["metadata"]["name"]
    text = f"policy '{policy}' with binding '{binding}' denied request: {message}"
    return StatusError(403, "Forbidden", text, [Cause("", text)])
