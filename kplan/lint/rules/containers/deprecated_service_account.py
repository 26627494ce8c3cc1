"""A pod uses the old field ``serviceAccount``.

It is a deprecated alias of ``serviceAccountName`` that is easy to overlook. If both are set, the API server ignores it.

Fix: write ``serviceAccountName``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Safety, rename, safe
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

_ONE = "remove `serviceAccount`, and name the account that is meant in `serviceAccountName`."


def check(subject: Subject) -> Iterator[Finding]:
    """Report the alias where it stands without the field it stands for, or names another account."""
    for where, spec in subject.pods():
        alias, name = spec.get("serviceAccount"), spec.get("serviceAccountName")
        path = where / "serviceAccount"
        if alias and not name:
            fix = safe("rename it to serviceAccountName", rename(path, "serviceAccountName"))
            yield Finding(path, "serviceAccount is deprecated", at_key=True, fix=fix)
        elif alias and alias != name:
            message = f"serviceAccount {str(alias)!r} is ignored: the pods run as {str(name)!r}"
            yield Finding(path, message, _ONE, at_key=True, severity=Severity.WARNING)


RULE = Rule(
    code="CTR003",
    name="deprecated-service-account",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    aliases=("kube-linter:deprecated-service-account-field",),
    good=(
        "spec: {serviceAccountName: default, containers: [{name: a, image: b}]}",
        "spec: {serviceAccount: shop, serviceAccountName: shop, containers: [{name: a, image: b}]}",
    ),
    bad=(
        "spec: {serviceAccount: default, containers: [{name: a, image: b}]}",
        "spec: {serviceAccount: shop, serviceAccountName: default, containers: [{name: a, image: b}]}",
    ),
    references=(),
    fixes=(Safety.SAFE,),
)
