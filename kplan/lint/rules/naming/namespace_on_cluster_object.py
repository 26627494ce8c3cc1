"""A cluster-scoped object sets a namespace.

kubectl ignores the field silently, which misleads readers of the manifest.

Fix: remove ``metadata.namespace``.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, remove, safe
from kplan.lint.rule import ANY, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report namespaces on cluster-scoped kinds."""
    if text(subject.value, "metadata", "namespace") and not subject.world.is_namespaced(subject):
        kind = subject.object.gvk.kind
        path = FieldPath.of("metadata", "namespace")
        fix = safe("remove the namespace", remove(path))
        yield Finding(path, f"a {kind} is cluster-scoped: it has no namespace", fix=fix)


RULE = Rule(
    code="NAM005",
    name="namespace-on-cluster-object",
    severity=Severity.WARNING,
    kinds=ANY,
    check=check,
    good=(
        """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
""",
    ),
    bad=(
        """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, namespace: shop}
""",
    ),
    references=(),
    fixes=(Safety.SAFE,),
)
