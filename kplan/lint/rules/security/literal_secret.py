"""A password or token is written in the manifest, as the value of a variable or an argument.

Manifests end up in repositories and logs, and everybody who can read the pod can read the value.

Fix: put the value in a Secret and refer to it with ``valueFrom.secretKeyRef``; an argument can name the variable: ``$(PASSWORD)``.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, Final

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes
from kplan.masking.literals import secret_in
from kplan.masking.names import may_tell

_ADVICE: Final = (
    "put the value in a Secret, in a variable with `valueFrom.secretKeyRef`, and name that: `$(PASSWORD)`."
)
_NONE: Final[tuple[str, ...]] = ()
NAMES: Final = Option(
    "SEC009.names",
    Takes.TEXTS,
    _NONE,
    "Further names of variables that hold secrets, with * for any text: *_PIN.",
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report environment variables and arguments that look like secrets by name or value."""
    for container in subject.containers():
        for field in ("command", "args"):
            if given := container.value.get(field):
                yield from _arguments(given, container.path / field)
        for index, variable in items(container.value, "env"):
            name, value = text(variable, "name"), text(variable, "value")
            named = any(fnmatchcase(name, one) for one in subject.option(NAMES))
            what = (secret_in(name, value) or ("a secret in plain text" if named else "")) if value else ""
            if what:
                yield Finding(
                    container.path / "env" / index / "value", f"variable {name!r} holds {what}", secret=True
                )


def _arguments(given: Any, path: FieldPath) -> Iterator[Finding]:
    """Options with their values, in one text or in two, and addresses; what a script says to programs is not read."""
    before = ""
    for index, argument in enumerate(given if isinstance(given, list) else ()):
        option, value = _option(argument if isinstance(argument, str) else "", before)
        before = "" if value else option
        if not value or not (may_tell(option) or "@" in value):
            continue
        from kplan.masking.literals import secret_in_option  # noqa: PLC0415 - few arguments can hold one

        if what := secret_in_option(option, value):
            title = f"option {option!r}" if option else "an argument"
            yield Finding(path / index, f"{title} holds {what}", _ADVICE, secret=True)


def _option(argument: str, before: str) -> tuple[str, str]:
    """An option and its value: of an argument that holds both, or of one behind an option."""
    if not argument.startswith("-"):
        return before, argument
    option, _, value = argument.partition("=")
    return ("", "") if " " in option else (option, value)


RULE = Rule(
    code="SEC009",
    name="literal-secret",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(NAMES,),
    aliases=("kube-linter:env-var-secret", "polaris:sensitiveContainerEnvVar"),
    good=(
        "spec: {containers: [{name: a, image: b, env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: TOKEN_FILE, value: /run/token}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: WEBHOOK_SECRET, value: shop-webhook-cert}, {name: HF_TOKEN, value: HF_TOKEN}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: TOKEN_FILE, value: token.txt}, {name: CACHE_KEY, value: users}, {name: PUBLIC_KEY, value: 0f1e2d3c4b5a69788796a5b4c3d2e1f0}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: BASIC_AUTH, value: enabled}, {name: HOOK, value: 'https://a.example/b?sig=$(SIG)'}]}]}",
        "spec: {containers: [{name: a, image: b, args: [--password, $(PASSWORD), --token=$(TOKEN), --password-file=/run/password, --secret=web-tls, --initial-cluster-token, shop]}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, env: [{name: DB_PASSWORD, value: hunter2}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: WEBHOOK_SECRET, value: hunter2}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: DB_URL, value: 'postgres://me:hunter2@db/shop'}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: PGPASSWORD, value: hunter2}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: BASIC_AUTH, value: 'me:hunter2'}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: HMAC_KEY, value: 0f1e2d3c4b5a69788796a5b4c3d2e1f0}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: DB_URL, value: 'jdbc:mysql://db/shop?user=me&password=hunter2'}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: STORE, value: 'AccountName=shop;AccountKey=aHVudGVyMg=='}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: AUTHORIZATION, value: Bearer aHVudGVyMg}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: spring.datasource.password, value: hunter2}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: clientSecret, value: hunter2}]}]}",
        "spec: {containers: [{name: a, image: b, args: [--password, hunter2]}]}",
        "spec: {containers: [{name: a, image: b, command: [app, --db-password=hunter2]}]}",
        "spec: {containers: [{name: a, image: b, args: ['postgres://me:hunter2@db/shop']}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/secret/",),
)
