"""Admission policies in a cluster: which of them match a request, with which parameters, and what they see.

Shared by the validating and the mutating plug-in, which differ in what they do with an answer.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/{generic,matching}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.attributes import Attributes, Operation
from kplan.apiserver.cel.environment import CompileError, Program
from kplan.apiserver.cel.kubernetes.authorizer import Authorizer
from kplan.apiserver.cel.loops import Scope
from kplan.apiserver.cel.meter import PER_CONDITIONS, CostBudget
from kplan.apiserver.cel.policies import BOOLEAN, Compiler
from kplan.apiserver.cel.values import BudgetError, CelError
from kplan.apiserver.field import go_quote
from kplan.errors import aggregate
from kplan.selectors.labels import Selector

_GROUP: Final = "admissionregistration.k8s.io"
_RESOURCE_CHECK: Final = "kubernetes.authorization.ResourceCheck"


class PolicyError(Exception):
    """A policy cannot be applied; the text is upstream's."""


class OutOfBudgetError(PolicyError):
    """The expressions of a policy took more than they may together: no other one is run."""


@dataclass(slots=True)
class Invocation:
    """One policy, bound once, with one parameter."""

    policy: Json
    binding: Json
    scope: Scope = field(default_factory=dict)

    @property
    def fails_closed(self) -> bool:
        """Whether an error refuses the request."""
        return bool(self.policy["spec"].get("failurePolicy", "Fail") != "Ignore")

    @property
    def title(self) -> str:
        """The policy and the binding, as messages name them."""
        policy, binding = self.policy["metadata"]["name"], self.binding["metadata"]["name"]
        return f"{self.policy['kind']} '{policy}' with binding '{binding}'"


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """A binding whose parameters cannot be found."""

    policy: Json
    binding: Json
    message: str


def bound_policies(attributes: Attributes, kind: str) -> Iterator[Invocation | Misconfigured]:
    """Every policy of a kind that is bound and matches the request, by name."""
    if attributes.gvk.group == _GROUP:
        return
    policies = attributes.store.list(_GROUP, kind)
    bindings = attributes.store.list(_GROUP, f"{kind}Binding") if policies else ()
    for policy in sorted(policies, key=_name):
        if not matches(policy["spec"].get("matchConstraints") or {}, attributes):
            continue
        for binding in sorted(bindings, key=_name):
            if binding["spec"].get("policyName") != _name(policy):
                continue
            if matches(binding["spec"].get("matchResources") or {}, attributes):
                yield from _invocations(policy, binding, attributes)


def _name(obj: Json) -> str:
    return str(obj["metadata"].get("name") or "")


def matches(match: Mapping[str, Any], attributes: Attributes) -> bool:
    """Whether a policy or webhook matches a request: by rules, which most requests are not in, namespace and labels."""
    rules = match.get("resourceRules") or ()
    if rules and not any(_rule_matches(rule, attributes) for rule in rules):
        return False
    if any(_rule_matches(rule, attributes) for rule in match.get("excludeResourceRules") or ()):
        return False
    return _namespace_matches(match.get("namespaceSelector"), attributes) and _object_matches(
        match.get("objectSelector"), attributes
    )


def _namespace_matches(selector: Json | None, attributes: Attributes) -> bool:
    if not selector:
        return True
    if attributes.is_for("", "namespaces") and attributes.operation in {Operation.CREATE, Operation.UPDATE}:
        labels = attributes.object["metadata"].get("labels") or {}
    elif not attributes.namespace:
        return True
    else:
        namespace = attributes.find("", "Namespace", "", attributes.namespace)
        labels = (namespace or {}).get("metadata", {}).get("labels") or {}
    return Selector.stored_label_selector(selector).matches(labels)


def _object_matches(selector: Json | None, attributes: Attributes) -> bool:
    if not selector:
        return True
    chosen = Selector.stored_label_selector(selector)
    objects = [obj for obj in (attributes.object, attributes.old_object) if obj]
    return any(chosen.matches(obj["metadata"].get("labels") or {}) for obj in objects)


def _listed(values: Any, wanted: str) -> bool:
    return "*" in (values or ()) or wanted in (values or ())


def _rule_matches(rule: Json, attributes: Attributes) -> bool:
    gvk = attributes.gvk
    scope = rule.get("scope", "*")
    clustered = not attributes.namespaced
    if (scope == "Namespaced" and clustered) or (scope == "Cluster" and not clustered):
        return False
    if not _listed(rule.get("operations"), attributes.operation.value) or not _listed(
        rule.get("apiGroups"), gvk.group
    ):
        return False
    names = rule.get("resourceNames") or ()
    return any(_resource_matches(text, attributes) for text in rule.get("resources") or ()) and (
        not names or attributes.name in names
    )


def _resource_matches(text: str, attributes: Attributes) -> bool:
    resource, _, subresource = text.partition("/")
    return resource in {"*", attributes.resource} and subresource in {"*", attributes.subresource}


def _invocations(policy: Json, binding: Json, attributes: Attributes) -> Iterator[Invocation | Misconfigured]:
    try:
        params = _params(policy["spec"].get("paramKind"), binding["spec"].get("paramRef"), attributes)
    except PolicyError as error:
        yield Misconfigured(policy, binding, f"failed to configure binding: {error}")
        return
    for param in params:
        yield Invocation(policy, binding, scope_of(attributes, param))


def _params(kind: Json | None, ref: Json | None, attributes: Attributes) -> list[Json | None]:
    if kind is None or ref is None:
        return [None]
    gvk = GroupVersionKind.of(kind.get("apiVersion", ""), kind.get("kind", ""))
    namespace = ref.get("namespace") or attributes.namespace
    name, selector = ref.get("name"), ref.get("selector")
    found: list[Json | None]
    if name:
        one = attributes.find(gvk.group, gvk.kind, namespace, name) or attributes.find(
            gvk.group, gvk.kind, "", name
        )
        found = [one] if one is not None else []
    else:
        chosen = Selector.from_label_selector(selector)
        listed = attributes.store.list(gvk.group, gvk.kind)
        found = [
            obj
            for obj in listed
            if obj["metadata"].get("namespace") in {None, "", namespace}
            and chosen.matches(obj["metadata"].get("labels") or {})
        ]
    if not found and ref.get("parameterNotFoundAction") == "Deny":
        raise PolicyError("no params found for policy binding with `Deny` parameterNotFoundAction")
    return found


_SCALE: Final = GroupVersionKind("autoscaling", "v1", "Scale")


def scope_of(attributes: Attributes, param: Json | None) -> Scope:
    """What expressions see of a request."""
    namespace = None
    if attributes.namespace and not attributes.is_for("", "namespaces"):
        namespace = attributes.find("", "Namespace", "", attributes.namespace)
    gvk, user = attributes.gvk, attributes.user
    asked = _SCALE if attributes.subresource == "scale" else gvk
    kind = {"group": asked.group, "version": asked.version, "kind": asked.kind}
    uid = {"uid": user.uid} if user.uid else {}
    resource = {"group": gvk.group, "version": gvk.version, "resource": attributes.resource}
    request = {
        "kind": kind, "resource": resource, "subResource": attributes.subresource, "requestKind": kind,
        "requestResource": resource, "requestSubResource": attributes.subresource, "name": attributes.name,
        "namespace": attributes.namespace, "operation": attributes.operation.value, "dryRun": attributes.dry_run,
        "userInfo": {"username": user.name, **uid, "groups": list(user.groups)},
        "options": dict(attributes.options),
    }  # fmt: skip
    return {
        "object": attributes.object or None, "oldObject": attributes.old_object, "request": request, "params": param,
        "namespaceObject": namespace, "authorizer": Authorizer(), "authorizer.requestResource": Authorizer(_RESOURCE_CHECK),
    }  # fmt: skip


class _Variables(dict[str, Any]):
    """The variables of a policy, each computed when it is first asked for."""

    def __init__(self, programs: Mapping[str, Program | str], scope: Scope, budget: CostBudget) -> None:
        super().__init__(programs)
        self._scope, self._budget = scope, budget
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            program = super().__getitem__(name)
            if isinstance(program, str):
                raise CelError(f"composited variable {go_quote(name)} fails to compile: {program}")
            try:
                self._known[name] = program.run(self._scope, self._budget)
            except CelError as error:
                raise CelError(f"composited variable {go_quote(name)} fails to evaluate: {error}") from None
        return self._known[name]


@dataclass(slots=True)
class Expressions:
    """The compiled expressions of one policy."""

    compiler: Compiler
    variables: dict[str, Program | str]
    conditions: list[tuple[str, Program | str]]

    def bind(self, scope: Scope, budget: CostBudget) -> Scope:
        """The scope with the variables in it, which are paid from the same budget as what reads them."""
        bound = dict(scope)
        bound["variables"] = _Variables(self.variables, bound, budget)
        return bound

    def selects(self, scope: Scope, *, fails: bool) -> bool:
        """Whether all match conditions hold; if one cannot be evaluated, PolicyError with ``fails``, else False."""
        problems, budget = [], CostBudget(PER_CONDITIONS)
        for text, program in self.conditions:
            try:
                if evaluate(text, program, scope, budget) is False:
                    return False
            except OutOfBudgetError as error:
                problems = [str(error)]
                break
            except PolicyError as error:
                problems.append(str(error))
        if problems and fails:
            raise PolicyError(aggregate(problems))
        return not problems


def evaluate(text: str, program: Program | str, scope: Scope, budget: CostBudget) -> Any:
    """Run one expression; raises PolicyError in upstream's words."""
    if isinstance(program, str):
        raise PolicyError(f"compilation error: {program}")
    try:
        return program.run(scope, budget)
    except BudgetError as error:
        raise OutOfBudgetError(str(error)) from None
    except CelError as error:
        raise PolicyError(f"expression '{text}' resulted in error: {error}") from None


def compiled(compiler: Compiler, text: str, **options: Any) -> Program | str:
    """A compiled program, or why it does not compile."""
    try:
        return compiler.compile(text, environment=compiler.environment(**options))
    except CompileError as error:
        return str(error)


def expressions(policy: Json) -> Expressions:
    """Compile what every policy has: variables and match conditions."""
    spec = policy["spec"]
    compiler = Compiler(params=spec.get("paramKind") is not None, composed=True)
    plain = Compiler(params=compiler.params)
    conditions: list[tuple[str, Program | str]] = []
    for condition in spec.get("matchConditions") or ():
        text = condition.get("expression", "")
        try:
            conditions.append((text, plain.compile(text, BOOLEAN)))
        except CompileError as error:
            conditions.append((text, str(error)))
    variables: dict[str, Program | str] = {}
    for variable in spec.get("variables") or ():
        try:
            variables[variable["name"]] = compiler.add_variable(
                variable["name"], variable.get("expression", "")
            )
        except CompileError as error:
            variables[variable["name"]] = str(error)
    return Expressions(compiler, variables, conditions)


@dataclass(frozen=True, slots=True, eq=False)
class _Stored:
    """A stored policy as a key of a cache, compared by identity: stored objects are never changed in place.

    The cache holds the object, so its id is not given to another one.
    """

    value: Json

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Stored) and other.value is self.value


@lru_cache(maxsize=256)
def _compiled_once(policy: _Stored) -> Expressions:
    return expressions(policy.value)


def expressions_of(policy: Json) -> Expressions:
    """The compiled expressions of a stored policy, compiled once."""
    return _compiled_once(_Stored(policy))
