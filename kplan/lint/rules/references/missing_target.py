"""An object names another one that is not defined in the input.

Webhooks without their Service refuse or let pass every request, routes without a backend answer 500, certificates without an issuer never come.

Fix: add the object or correct the name.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.customreferences import CUSTOM
from kplan.api.gvk import ObjectKey
from kplan.diagnostics import Severity
from kplan.lint.referring import absent
from kplan.lint.rule import Finding, Rule, Subject

_KINDS: Final = frozenset(CUSTOM) | {
    "MutatingWebhookConfiguration.admissionregistration.k8s.io",
    "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
    "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
    "APIService.apiregistration.k8s.io",
    "CustomResourceDefinition.apiextensions.k8s.io",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Report what the fields of the kind itself name; what its pods need is for the rules about pods."""
    inner = [str(template.path) + "." for template in subject.templates]
    seen = set()
    for reference in subject.references:
        own = not any(str(reference.path).startswith(path) for path in inner)
        if (
            own
            and not reference.optional
            and reference.target not in seen
            and _is_given(subject, reference.target)
        ):
            seen.add(reference.target)
            yield from absent(subject, reference)


def _is_given(subject: Subject, target: ObjectKey) -> bool:
    """Whether the input says something about objects of that kind; a name that is filled in later is none yet."""
    own = target.group in subject.world.own_groups or f"{target.kind}.{target.group}" in subject.world.by_kind
    return own and not any(mark in target.name for mark in "{$<")


RULE = Rule(
    code="REF011",
    name="missing-target",
    severity=Severity.WARNING,
    kinds=_KINDS,
    check=check,
    looks_around=True,
    aliases=(
        "kubevious:gateway-class-ref",
        "kubevious:certificate-ref",
        "kubevious:backend-ref",
        "kubevious:gateway-ref",
        "kubevious:certificate-to-issuer-ref",
        "kubevious:rollout-analysis-template-ref",
    ),
    good=(
        """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: a}
webhooks: [{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: web, namespace: default}}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
    ),
    bad=(
        """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: a}
webhooks: [{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: hook, namespace: default}}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
    ),
    references=("https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",),
)
