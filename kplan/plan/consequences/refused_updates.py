"""Which stored objects a changed ValidatingAdmissionPolicy would refuse at their next update.

- ``update-refused``: whoever writes the object, as the next `kubectl apply` does, is refused until it meets the policy.

Pods are not among them: what the policy means for pods that are created again is told of their workloads.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.masking.objects import values_of
from kplan.masking.texts import without
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World, key_of
from kplan.plan.reading import fields, items, text
from kplan.plan.trials import final_trial, prior_trial
from kplan.sentences import counted

_GROUP: Final = "admissionregistration.k8s.io"
_MADE_BY_OTHERS: Final = frozenset({"Event", "Lease", "EndpointSlice", "Endpoints", "Pod", "Node", "CSINode"})
_SHOWN: Final = 5
_MOST: Final = 500
"""How many objects are asked about."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Try an update of the objects that the policy selects."""
    policy = None if change.action is Action.REFUSED else _policy(change, world)
    if policy is None or world.before(change) == world.after(change):
        return
    name = text(policy, "metadata", "name")
    told = {key_of(one) for one in world.changes if f"ValidatingAdmissionPolicy '{name}'" in one.refusal}
    meant = [one for one in _meant(policy, world) if world.final.key_of(one) not in told]
    refused = list(_refused(meant[:_MOST], world))
    for value, refusal in refused[:_SHOWN]:
        why = without(" ".join(refusal.split()), values_of(value))
        message = f"is refused the next time it is written: {why}"
        yield Consequence("update-refused", Identity.of(value), message, Severity.WARNING)
    if len(refused) > _SHOWN:
        more = f"refuses {counted(len(refused) - _SHOWN, 'object')} more the next time they are written"
        yield Consequence("update-refused", change.object, more, Severity.WARNING)
    if len(meant) > _MOST:
        unasked = f"is about {counted(len(meant), 'object')}, of which the first {_MOST} were asked about"
        yield Consequence("update-refused", change.object, unasked, Severity.INFO)


def _policy(change: Change, world: World) -> Json | None:
    """The policy that changes, or that a changed binding names."""
    after = world.after(change)
    if after is None or change.object.kind == "ValidatingAdmissionPolicy":
        return after
    policies = world.final.list(_GROUP, "ValidatingAdmissionPolicy")
    return next(
        (one for one in policies if one["metadata"]["name"] == text(after, "spec", "policyName")), None
    )


def _refused(meant: Sequence[Json], world: World) -> Iterator[tuple[Json, str]]:
    prior, final = world.once(prior_trial), world.once(final_trial)
    for value in meant:
        refusal = final.refusal_of_update(value)
        if refusal and not prior.refusal_of_update(value):
            yield value, refusal


def _meant(policy: Json, world: World) -> Iterator[Json]:
    """The objects that are there before and after, that nobody controls, and whose kind a rule of the policy names."""
    rules = items(fields(policy, "spec", "matchConstraints"), "resourceRules")
    kinds = [
        kind
        for kind in world.final.kinds()
        if kind[1] not in _MADE_BY_OTHERS and any(_names(rule, kind) for rule in rules)
    ]
    found = (value for kind in kinds for value in world.final.list(*kind))
    return (one for one in found if controller_of(one) is None and world.prior.get(world.final.key_of(one)))


def _names(rule: Json, kind: tuple[str, str]) -> bool:
    """Whether a rule may match a kind, judging by the beginning of its resources."""
    group, name = kind
    groups, resources = items(rule, "apiGroups"), items(rule, "resources")
    if not {"UPDATE", "*"} & set(items(rule, "operations")) or not {group, "*"} & set(groups):
        return False
    stem = name.lower().removesuffix("y").removesuffix("s")
    return any(one in ("*", "*/*") or ("/" not in one and one.startswith(stem)) for one in resources)


_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: %s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
---
"""
_POLICY: Final = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [%s], resources: [deployments]}]}
  validations: [{expression: "object.spec.replicas < 3"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few}
spec: {policyName: few, validationActions: [%s]}
"""

FINDER = Finder(
    kinds=frozenset(
        f"{kind}.{_GROUP}" for kind in ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")
    ),
    find=find,
    examples=(
        Example(_DEPLOYMENT % 3, _POLICY % ("UPDATE", "Deny"), finds=("update-refused",)),
        Example(_DEPLOYMENT % 2, _POLICY % ("UPDATE", "Deny")),
        Example(_DEPLOYMENT % 3, _POLICY % ("CREATE", "Deny")),
        Example(_DEPLOYMENT % 3, _POLICY % ("UPDATE", "Warn")),
    ),
)
