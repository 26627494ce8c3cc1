"""A pod uses the old field ``serviceAccount``.

It is a deprecated alias of ``serviceAccountName`` that is easy to overlook.

Fix: write ``serviceAccountName``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Safety, rename, safe
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report the alias where it stands without the field it stands for."""
    for where, spec in subject.pods():
        if spec.get("serviceAccount") and not spec.get("serviceAccountName"):
            path = where / "serviceAccount"
            fix = safe("rename it to serviceAccountName", rename(path, "serviceAccountName"))
            yield Finding(path, "serviceAccount is deprecated", at_key=True, fix=fix)


RULE = Rule(
    code="CTR003",
    name="deprecated-service-account",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    aliases=("kube-linter:deprecated-service-account-field",),
    good=("spec: {serviceAccountName: default, containers: [{name: a, image: b}]}",),
    bad=("spec: {serviceAccount: default, containers: [{name: a, image: b}]}",),
    references=(),
    fixes=(Safety.SAFE,),
)
