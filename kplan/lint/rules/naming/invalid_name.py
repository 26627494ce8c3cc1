"""An object has no name, or one the API server refuses.

Names become part of DNS names, URLs and labels, so most kinds allow lower-case letters, digits and dashes only.

Fix: use lower-case letters, digits and ``-`` (for most kinds also ``.``), beginning and ending with a letter or digit.
"""

import re
from collections.abc import Iterator

from kplan.api.walk import mapping, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import ANY, MINIMAL, Finding, Rule, Subject

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_PATH_SEGMENT = (
    "rbac.authorization.k8s.io",
    "certificates.k8s.io",
    "apiregistration.k8s.io",
    "flowcontrol.apiserver.k8s.io",
)
_UNCHECKED = frozenset(
    {"Event", "Event.events.k8s.io", "PodDisruptionBudget.policy", "IPAddress.networking.k8s.io"}
)
_LABELS = frozenset({"Namespace", "Service"})


def check(subject: Subject) -> Iterator[Finding]:
    """Report missing and malformed names."""
    metadata = mapping(subject.value, "metadata")
    path = FieldPath.of("metadata", "name")
    name = subject.name
    if not name:
        nameless = text(metadata, "generateName") or subject.object.gvk.kind.endswith("Review")
        if not nameless and (metadata or _is_built_in(subject)):
            own = subject.object.gvk.group in subject.world.own_groups
            doubt = "" if own else "other programs than kubectl may read it"
            yield Finding(path, "the object has no name", "set metadata.name", at_key=True, unknown=doubt)
    elif any(f".{group}" in f".{subject.kind}" for group in _PATH_SEGMENT):
        if name in (".", "..") or "/" in name or "%" in name:
            yield Finding(path, f"the name {name!r} cannot be part of a URL path", help="leave out / and %")
    elif subject.kind in _LABELS:
        if not re.fullmatch(_LABEL, name) or len(name) > 63:
            allowed = "use lower-case letters, digits and -, at most 63 characters"
            message = f"{name!r} is not a valid name for a {subject.kind}: {allowed}"
            yield Finding(path, message, _advice(name))
    elif (
        (not _SUBDOMAIN.fullmatch(name) or len(name) > 253)
        and subject.kind not in _UNCHECKED
        and _is_built_in(subject)
    ):
        yield Finding(path, f"{name[:80]!r} is not a valid name", _advice(name))


def _advice(name: str) -> str:
    from kplan.lint.meant import filled_in  # noqa: PLC0415 - few names are malformed

    return filled_in(name)


def _is_built_in(subject: Subject) -> bool:
    return subject.object.gvk in subject.world.catalog.discovery


RULE = Rule(
    code="NAM001",
    name="invalid-name",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    preset=MINIMAL,
    good=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: web.config}
""",
    ),
    bad=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: Web_Config}
""",
        """\
apiVersion: v1
kind: ConfigMap
metadata: {}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",),
)
