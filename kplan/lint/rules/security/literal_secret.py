"""A password or token is written in the manifest, as the value of a variable or an argument.

Manifests end up in repositories and logs, and everybody who can read the pod can read the value.

Fix: put the value in a Secret and refer to it with ``valueFrom.secretKeyRef``; an argument can name the
variable: ``$(PASSWORD)``.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from kplan.api.walk import find, items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes
from kplan.masking.literals import secret_in
from kplan.masking.names import may_tell
from kplan.masking.shapes import has_header_login

if TYPE_CHECKING:
    from kplan.lint.container import Container

_ADVICE: Final = (
    "put the value in a Secret, in a variable with `valueFrom.secretKeyRef`, and name that: `$(PASSWORD)`."
)
_ASKED: Final = (
    "livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop",
)  # fmt: skip
_NONE: Final[tuple[str, ...]] = ()
NAMES: Final = Option(
    "SEC009.names",
    Takes.TEXTS,
    _NONE,
    "Further names of variables that hold secrets, with * for any text: *_PIN.",
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report environment variables, arguments, scripts and headers of probes that look like
    secrets by name or value.
    """
    for container in subject.containers():
        for path, given in _commands(container):
            yield from _arguments(given, path)
        for path, value in _headers(container):
            if has_header_login(value):
                yield Finding(path, "a header of a request holds a secret in plain text", secret=True)
        for index, variable in items(container.value, "env"):
            name, value = text(variable, "name"), text(variable, "value")
            named = any(fnmatchcase(name, one) for one in subject.option(NAMES))
            what = (secret_in(name, value) or ("a secret in plain text" if named else "")) if value else ""
            if what:
                yield Finding(
                    container.path / "env" / index / "value", f"variable {name!r} holds {what}", secret=True
                )


def _commands(container: "Container") -> Iterator[tuple[FieldPath, Any]]:
    """What the container, its probes and its hooks run, as a list of arguments."""
    for field in ("command", "args"):
        if given := container.value.get(field):
            yield container.path / field, given
    for place in _ASKED:
        if (name := place.partition(".")[0]) in container.value:
            yield from find({name: container.value[name]}, f"{place}.exec.command", container.path)


def _headers(container: "Container") -> Iterator[tuple[FieldPath, str]]:
    """The values of headers with which probes and hooks ask the container."""
    for place in _ASKED:
        if (name := place.partition(".")[0]) in container.value:
            given = find(
                {name: container.value[name]}, f"{place}.httpGet.httpHeaders[*].value", container.path
            )
            yield from ((path, value) for path, value in given if isinstance(value, str))


def _arguments(given: Any, path: FieldPath) -> Iterator[Finding]:
    """Options with their values, in one text or in two, addresses, and scripts."""
    before = ""
    for index, argument in enumerate(given if isinstance(given, list) else ()):
        if isinstance(argument, str) and " " in argument.strip():
            yield from _in_script(argument, path / index)
        option, value = _option(argument if isinstance(argument, str) else "", before)
        before = "" if value else option
        if not value or not (may_tell(option) or "@" in value):
            continue
        from kplan.masking.literals import secret_in_option  # noqa: PLC0415 - few arguments can hold one

        if what := secret_in_option(option, value):
            title = f"option {option!r}" if option else "an argument"
            yield Finding(path / index, f"{title} holds {what}", _ADVICE, secret=True)


def _in_script(script: str, path: FieldPath) -> Iterator[Finding]:
    """One finding of a script, however many secrets it holds."""
    from kplan.masking.scripts import secrets_in_script  # noqa: PLC0415 - few containers run a script

    if what := next(secrets_in_script(script), ""):
        yield Finding(path, what, _ADVICE, secret=True)


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
        "spec: {containers: [{name: a, image: b, command: [sh, -c, 'PASSWORD=$(cat /run/p) TOKEN=$T app --token=${T} -u me:$P http://db']}]}",
        "spec: {containers: [{name: a, image: b, args: ['TOKEN=token PASS=0 KEY=v1 app --password-file /run/p1']}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: PASSWORD, value: 'vault:secret/data/db#password'}, {name: TOKEN, value: 'arn:aws:secretsmanager:eu-west-1:1:secret:t'}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: DSN, value: host=db user=me password=$(P)}, {name: TOKEN, value: xxxxxx}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: TOKEN_FILE, value: /run/token}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: WEBHOOK_SECRET, value: shop-webhook-cert}, {name: HF_TOKEN, value: HF_TOKEN}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: TOKEN_FILE, value: token.txt}, {name: CACHE_KEY, value: users}, {name: PUBLIC_KEY, value: 0f1e2d3c4b5a69788796a5b4c3d2e1f0}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: BASIC_AUTH, value: enabled}, {name: HOOK, value: 'https://a.example/b?sig=$(SIG)'}]}]}",
        "spec: {containers: [{name: a, image: b, args: [--password, $(PASSWORD), --token=$(TOKEN), --password-file=/run/password, --secret=web-tls, --initial-cluster-token, shop]}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, command: [sh, -c, 'PGPASSWORD=hunter2 psql -h db']}]}",
        "spec: {containers: [{name: a, image: b, args: ['curl -u me:hunter2 http://db']}]}",
        "spec: {containers: [{name: a, image: b, args: [sh, -c, 'psql postgres://me:hunter2@db/shop']}]}",
        "spec: {containers: [{name: a, image: b, args: [sh, -c, 'app --token hunter2 --port 80']}]}",
        "spec: {containers: [{name: a, image: b, livenessProbe: {exec: {command: [sh, -c, redis-cli -a hunter2 ping]}}}]}",
        "spec: {containers: [{name: a, image: b, readinessProbe: {httpGet: {port: 80, httpHeaders: [{name: Authorization, value: Basic bWU6aHVudGVyMg==}]}}}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: DSN, value: host=db user=me password=hunter2}]}]}",
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
