"""Node selector terms and a pod's demands on its node: nodeSelector and required node affinity.

Pods, persistent volumes, storage classes and device slices name nodes this way.

Upstream: staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.namedtuples import NamedTuple
from kplan.selectors.fields import FieldRequirement, FieldSelector
from kplan.selectors.labels import Operator, Requirement, Selector, requirement_errors
from kplan.selectors.syntax import invalid

OPERATORS: Final = {
    "In": Operator.IN,
    "NotIn": Operator.NOT_IN,
    "Exists": Operator.EXISTS,
    "DoesNotExist": Operator.DOES_NOT_EXIST,
    "Gt": Operator.GREATER_THAN,
    "Lt": Operator.LESS_THAN,
}

Labels = Mapping[str, str]


class NodeSelectorTerm(NamedTuple):
    """Conditions on labels and fields that must all hold; a term that could not be read matches nothing."""

    labels: Selector | None = None
    fields: FieldSelector | None = None
    errors: tuple[str, ...] = ()

    def matches(self, name: str, labels: Labels) -> bool:
        """Whether the node of this name and these labels meets the term."""
        if self.errors or (self.labels is not None and not self.labels.matches(labels)):
            return False
        return self.fields is None or not name or self.fields.matches({"metadata.name": name})

    @classmethod
    def parse(cls, value: Mapping[str, Any], path: str = "") -> "NodeSelectorTerm | None":
        """Read a term; None for one that has no conditions at all, which selects no node."""
        expressions, fields = value.get("matchExpressions"), value.get("matchFields")
        if not expressions and not fields:
            return None
        errors: list[str] = []
        labels = (
            _label_conditions(expressions, f"{path}.matchExpressions".lstrip("."), errors)
            if expressions
            else None
        )
        names = _field_conditions(fields, f"{path}.matchFields".lstrip("."), errors) if fields else None
        return cls(labels, names, tuple(errors))


def _label_conditions(expressions: Sequence[Mapping[str, Any]], path: str, errors: list[str]) -> Selector:
    requirements: list[Requirement] = []
    for index, expression in enumerate(expressions):
        key, values = str(expression.get("key", "")), tuple(expression.get("values") or ())
        operator = OPERATORS.get(expression.get("operator", ""))
        if operator is None:
            errors.append(
                _unsupported(f"{path}[{index}].operator", expression.get("operator", ""), OPERATORS)
            )
            continue
        errors.extend(requirement_errors(key, operator, values, f"{path}[{index}]"))
        requirements.append(Requirement(key, operator, values))
    return Selector.everything().adding(requirements)


def _field_conditions(
    expressions: Sequence[Mapping[str, Any]], path: str, errors: list[str]
) -> FieldSelector:
    requirements: list[FieldRequirement] = []
    for index, expression in enumerate(expressions):
        values, operator = list(expression.get("values") or ()), expression.get("operator", "")
        if operator not in ("In", "NotIn"):
            errors.append(_unsupported(f"{path}[{index}].operator", operator, ("In", "NotIn")))
        elif len(values) != 1:
            errors.append(invalid(f"{path}[{index}].values", values, "must have one element"))
        else:
            requirements.append(
                FieldRequirement(str(expression.get("key", "")), values[0], operator == "NotIn")
            )
    return FieldSelector(tuple(requirements))


def _unsupported(path: str, value: str, supported: Any) -> str:
    return f'{path}: Unsupported value: "{value}": supported values: ' + ", ".join(
        f'"{item}"' for item in supported
    )


class NodeSelector(NamedTuple):
    """Terms of which one must match; without terms no node does."""

    terms: tuple[NodeSelectorTerm, ...] = ()

    def matches(self, name: str, labels: Labels) -> bool:
        """Whether one term matches the node."""
        return any(term.matches(name, labels) for term in self.terms)

    @classmethod
    def parse(cls, value: Mapping[str, Any], path: str = "") -> "NodeSelector":
        """Read a v1 NodeSelector; broken terms are kept as terms that match nothing."""
        lead = f"{path}.nodeSelectorTerms".lstrip(".")
        parsed = (
            NodeSelectorTerm.parse(term, f"{lead}[{index}]")
            for index, term in enumerate(value.get("nodeSelectorTerms") or ())
        )
        return cls(tuple(term for term in parsed if term is not None))


class PreferredTerms(NamedTuple):
    """Weighted terms; a node earns the weight of every term it matches."""

    terms: tuple[tuple[NodeSelectorTerm, int], ...] = ()

    def score(self, name: str, labels: Labels) -> int:
        """The sum of the weights of the terms the node matches."""
        return sum(weight for term, weight in self.terms if term.matches(name, labels))

    @classmethod
    def parse(cls, values: Sequence[Mapping[str, Any]] | None) -> "PreferredTerms":
        """Read PreferredSchedulingTerms; weight 0 and empty preferences count for nothing."""
        parsed = (
            (NodeSelectorTerm.parse(item.get("preference") or {}), int(item.get("weight") or 0))
            for item in values or ()
        )
        return cls(tuple((term, weight) for term, weight in parsed if term is not None and weight))


class RequiredNodeAffinity(NamedTuple):
    """What a pod demands of its node: every label of nodeSelector, and one required term."""

    selector: Selector | None = None
    terms: NodeSelector | None = None

    def matches(self, name: str, labels: Labels) -> bool:
        """Whether the node meets both demands."""
        if self.selector is not None and not self.selector.matches(labels):
            return False
        return self.terms is None or self.terms.matches(name, labels)

    @property
    def empty(self) -> bool:
        """Whether the pod demands nothing."""
        return self.selector is None and self.terms is None

    @classmethod
    def of(cls, pod_spec: Mapping[str, Any]) -> "RequiredNodeAffinity":
        """Read a pod's spec."""
        labels = pod_spec.get("nodeSelector")
        required = required_node_affinity(pod_spec)
        return cls(
            Selector.from_set(labels) if labels else None,
            None if required is None else NodeSelector.parse(required),
        )


def required_node_affinity(pod_spec: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The pod's required node affinity as written, or None."""
    affinity = (pod_spec.get("affinity") or {}).get("nodeAffinity") or {}
    required: Mapping[str, Any] | None = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return required
