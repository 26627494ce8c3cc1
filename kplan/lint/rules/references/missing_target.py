"""An object names another one that is not defined in the input.

Webhooks without their Service refuse or let pass every request, routes without a backend answer 500, certificates
without an issuer never come.

Fix: add the object or correct the name; of a Service, name a port that it has.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.customreferences import CUSTOM
from kplan.api.gvk import ObjectKey
from kplan.api.references import Reference
from kplan.diagnostics import Severity
from kplan.lint.referring import absent, without_port
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.world import World
from kplan.manifest.document import Document

_CALLED: Final = frozenset(
    {
        "MutatingWebhookConfiguration.admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
        "APIService.apiregistration.k8s.io",
        "CustomResourceDefinition.apiextensions.k8s.io",
    }
)
"""Kinds whose Services the API server calls."""
_HTTPS: Final = 443
"""The port it calls if none is named."""
_KINDS: Final = (
    frozenset(CUSTOM) | _CALLED | {"ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io"}
)

_PLACEHOLDERS: Final = frozenset("{$<")
"""Characters of names that are filled in later."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report what the fields of the kind itself name; what its pods need is for the rules about pods."""
    inner = tuple(f"{template.path}." for template in subject.templates)
    seen: set[tuple[ObjectKey, str | int | None]] = set()
    for reference in subject.references:
        if reference.optional or _PLACEHOLDERS.intersection(reference.target.name):
            continue
        about = reference.target, reference.port
        if about not in seen and not str(reference.path).startswith(inner):
            known = any(target == reference.target for target, _ in seen)
            seen.add(about)
            yield from () if known else _absent(subject, reference)
            if reference.target.kind == "Service" and not reference.target.group:
                port = _HTTPS if subject.kind in _CALLED and reference.port is None else reference.port
                yield from without_port(subject, reference, port)


def _absent(subject: Subject, reference: Reference) -> Iterator[Finding]:
    for finding in absent(subject, reference):
        yield finding._replace(unknown=finding.unknown or _doubt(subject, reference.target))


def _doubt(subject: Subject, target: ObjectKey) -> str:
    """Why the input may leave out all objects of a kind: it is a part of what is applied."""
    kind = f"{target.kind}.{target.group}" if target.group else target.kind
    origin, world = subject.object.origin, subject.world
    if kind in world.captured:
        return ""
    if target.kind.endswith("Class"):
        return f"a {target.kind} usually comes with the cluster"
    places = world.remember("folders of kinds", _folders).get(kind, set())
    if None in places or origin is None or places.intersection(_around(origin)):
        return ""
    return f"no {target.kind} stands beside it"


def _folders(world: World) -> dict[str, set[str | None]]:
    """By kind, the folders in which objects stand and those above; None for objects from nowhere."""
    found: dict[str, set[str | None]] = {}
    for subject in world.subjects:
        origin = subject.object.origin
        found.setdefault(subject.kind, set()).update(_around(origin) if origin is not None else (None,))
    return found


def _around(origin: Document) -> tuple[str, str]:
    folder = origin.folder
    return folder, folder.rpartition("/")[0]


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
spec: {selector: {app: web}, ports: [{port: 443}]}
""",
        """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: a}
spec: {rules: [{backendRefs: [{name: web, port: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
    ),
    bad=(
        """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: a}
spec: {rules: [{backendRefs: [{name: web, port: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
""",
        """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: a}
webhooks: [{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: web, namespace: default}}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 8443}]}
""",
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
