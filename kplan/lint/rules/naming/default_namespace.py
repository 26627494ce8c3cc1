"""An object is in the namespace ``default``.

It is where everything lands that names no namespace, so rights, quotas and policies there fit nobody.

Fix: give the application a namespace of its own.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import ANY, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report objects that name the namespace themselves; without one it is given when they are applied."""
    own = subject.kind == "Service" and subject.name == "kubernetes"
    if (
        text(subject.value, "metadata", "namespace") == "default"
        and not own
        and subject.world.is_namespaced(subject)
    ):
        yield Finding(FieldPath.of("metadata", "namespace"), "the object is in the namespace default")


RULE = Rule(
    code="NAM009",
    name="default-namespace",
    severity=Severity.INFO,
    kinds=ANY,
    check=check,
    preset=STRICT,
    aliases=(
        "kube-linter:use-namespace",
        "checkov:CKV_K8S_21",
        "datree:WORKLOAD_INCORRECT_NAMESPACE_VALUE_DEFAULT",
    ),
    good=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: shop}
""",
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
""",
    ),
    bad=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: default}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",),
)
