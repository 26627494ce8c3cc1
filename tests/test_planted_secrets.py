"""Values of Secrets and credentials are in no output of any command, in no format, and in no file.

The lines are made from the rosters of commands and formats, so that a new one of either is looked at, too.
"""

import json
import random
import re
import time
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kplan.cli.group import cli
from kplan.cli.main import run
from kplan.cli.roster import COMMANDS
from kplan.kubectl.verbs import VERBS
from kplan.manifest.source import Position, Source, Span
from kplan.masking.lines import concealed_line, concealed_lines, concealed_listing, continued, goes_on
from kplan.masking.names import looks_secret
from kplan.masking.objects import concealed, pair
from kplan.masking.texts import concealed_text
from tests import planted

_EVERYTHING = "secrets,configmaps,deployments,replicasets,pods,cronjobs,dbs.x.io"
_OWN = {
    "lint": ("-f new.yaml -f broken -f link.yaml", "new.yaml broken --select ALL --isolated", "new.yaml --select ALL --diff --isolated"), "rules": ("",), "upgrade": ("-f new.yaml -f broken", "--state dump.json"),
    "graph": ("-f new.yaml -f broken",), "kustomize": (), "lsp": (), "config": ("",), "completion": ("bash",),
    "dry-run": ("-f new.yaml", "-f new.yaml --state dump.json", "-f link.yaml"),
    "plan": ("-f new.yaml --state old.yaml", "-f new.yaml --state dump.json", "-f new.yaml --state old.yaml -v --server-side", "-f link.yaml"),
    "show": ("saved",), "diff": ("-f new.yaml --state old.yaml", "-f new.yaml --state dump.json", "-f new.yaml --state dump.json --server-side"),
    "apply": ("-f old.yaml --dry-run=server", "-f new.yaml --dry-run=client"),
    "capacity": ("-f new.yaml --state dump.json",), "nodes": ("--state dump.json",),
    "simulate": ("-f new.yaml --state old.yaml", "-f new.yaml --state dump.json"), "route": ("pod/p svc/a --state dump.json",),
    "advance": ("1h --state dump.json",), "cluster": ("info",), "cache": ("info",), "why": ("pod/p --state dump.json",),
    "fleet": ("diff --targets new.yam* --jobs 1", "plan --targets old.yam* --jobs 1", "lint --targets new.yam* --jobs 1"),
    "snapshot": ("list", "show", "export", "export -o json", "import dump.json"),
}  # fmt: skip
"""What to give to each of kplan's own commands; ``kustomize`` prints a build for another program to read."""
_VERBS = {
    "get": (f"{_EVERYTHING} -A", "--raw /api/v1/configmaps", "--raw /apis/x.io/v1/dbs", "events", "pods --show-labels"), "describe": (f"{_EVERYTHING} -A",), "events": ("-A",), "api-resources": ("",), "api-versions": ("",),
    "apply view-last-applied": ("secret copied", "deployment w", "deployment x", "configmap conf", "dbs.x.io d"), "apply set-last-applied": ("-f new.yaml",),
    "rollout history": ("deployment w --revision=1",), "set env": ("deployment/w --list", "deployment/x --list --from=configmap/conf --resolve", "deployment/w DB_PASSWORD=b --overwrite=false", "pod/p --list --resolve", "deployment/w A=b"),
    "create": ("-f new.yaml --dry-run=client", "-f new.yaml --dry-run=server", "-f broken"), "replace": ("-f new.yaml", "-f broken"),
    "delete": (f"{_EVERYTHING} --all",), "label": ("secret --all a=b", "deployment --all a=b"), "annotate": ("secret --all a=b", "configmap conf --list", "configmap conf x.io/token=other"),
    "patch": ("secret a -p {}", "deployment w -p {}", "deployment x -p {}", "configmap conf -p {}", "dbs.x.io d --type=merge -p {}"), "scale": ("deployment w --replicas=2",),
    "create secret generic": ("made --from-file=a=old.yaml",), "exec": ("p -- env", "p -- printenv"), "logs": ("p",),
}  # fmt: skip
"""What to give to verbs that print objects; every other gets the name of a deployment, and of a Secret."""
_SELF_MADE = (
    "name",
    "json",
    "yaml",
    "wide",
    "jsonpath={.items}",
    "jsonpath={}",
    "custom-columns=A:.data,B:.metadata,C:.spec,D:.stringData",
)
_ALL = [*planted.names("Old"), *planted.names("New"), *planted.broken(), "Outside"]


def _own() -> Iterator[str]:
    for command in COMMANDS:
        if command.attribute == "VERB" or (command.name == "apply"):
            continue
        for given in _OWN[command.name]:
            yield f"{command.name} {given}"
            for name in _formats(command.load()):
                yield f"{command.name} {given} -o {name}"


def _formats(command: click.Command) -> list[str]:
    """The formats that a command says it has."""
    found: list[str] = []
    for one in command.params:
        if "--output" in one.opts:
            text = f"{getattr(one, 'help', '')} {getattr(one.type, 'choices', '')}"
            found = re.findall(r"[a-z]+", text.partition("Format: ")[2].partition(";")[0] or text)
    return [name for name in found if name not in ("with", "of", "the", "output")]


def _of_verbs() -> Iterator[str]:
    for verb in VERBS:
        for given in _VERBS.get(verb.name, ("deployment w", "secret a")):
            state = "" if verb.name in ("apply", "api-versions") else " --state dump.json"
            yield f"{verb.name} {given}{state}"
            if "--dry-run" in given or verb.name in (
                "get",
                "label",
                "annotate",
                "patch",
                "scale",
                "rollout history",
                "create secret generic",
            ):
                yield from (f"{verb.name} {given}{state} -o {name}" for name in _SELF_MADE)


def _of_broken() -> Iterator[str]:
    for name in planted.broken():
        for command in (
            "lint",
            "lint -o json",
            "dry-run",
            "plan",
            "diff",
            "diff --server-side",
            "apply",
            "simulate",
            "create",
            "replace",
        ):
            yield f"{command} -f broken/{name}.yaml"
        yield f"get all -A --state broken/{name}.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files, a saved plan and a stored state."""
    made = tmp_path_factory.mktemp("planted")
    planted.plant(made)
    for line in ("plan -f new.yaml --state old.yaml --out saved", "apply -f old.yaml"):
        _run(made, line)
    return made


def _run(folder: Path, line: str) -> str:
    with chdir(folder):
        done = CliRunner().invoke(cli, line.split(), standalone_mode=False)
    said = done.exception
    message = " ".join(str(getattr(said, name, "")) for name in ("message", "hint")) if said else ""
    shown = [str(one) for one in getattr(said, "diagnostics", ())]
    return done.output + message + "".join(shown)


def test_every_command_is_looked_at() -> None:
    assert {one.name for one in COMMANDS if one.attribute != "VERB"} == set(_OWN)


@pytest.mark.parametrize("line", [*_own(), *_of_verbs(), *_of_broken()])
def test_no_command_shows_them(folder: Path, line: str) -> None:
    assert not planted.found(_run(folder, line), _ALL)


def test_no_file_holds_them(folder: Path) -> None:
    saved = (folder / "saved").read_text()
    assert not planted.found(saved, _ALL)
    assert (folder / "saved").stat().st_mode & 0o777 == 0o600
    stored = [file for file in (folder / ".kplan").iterdir() if file.is_file()]
    assert stored
    names = [name for name in _ALL if not name.endswith(planted.AT_REST)]
    assert not [file.name for file in stored if planted.found(file.read_bytes().decode("latin-1"), names)]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("dry-run -f new.yaml --show-secrets", "NewData"), ("diff -f new.yaml --state dump.json --show-secrets", "NewEnv"),
        ("get secrets -A -o yaml --state dump.json --show-secrets", "OldData"), ("describe pod p --state dump.json --show-secrets", "OldPodEnv"),
        ("create -f new.yaml --dry-run=client -o yaml --show-secrets", "NewText"),
    ],
)  # fmt: skip
def test_who_asks_for_them_sees_them(folder: Path, line: str, name: str) -> None:
    assert planted.found(_run(folder, line), [name])


def test_both_sides_of_a_change_tell_whether_a_value_changed() -> None:
    def secret(**data: str) -> dict[str, object]:
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": data}

    before, after = pair(secret(same="YQ==", other="Yg=="), secret(same="YQ==", other="Yw==", new="ZA=="))
    assert before is not None
    assert after is not None
    assert before["data"] == {"same": "***", "other": "*** (before)"}
    assert after["data"] == {"same": "***", "other": "*** (after)", "new": "***"}


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "Secret", "metadata": {"name": "a", "annotations": {"owner": "team-a", "json": '{"a": 1}'}}, "data": {"a": "b"}},
        {"kind": "ConfigMap", "metadata": {"annotations": {"note": "[not json"}}, "data": {"passwordKey": "in a ConfigMap"}},
        {"kind": "Pod", "spec": {"containers": [{"env": [{"name": "SECRET_NAME", "value": "shown"}, {"name": "TOKEN", "value": ""}]}]}},
    ],
)  # fmt: skip
def test_nothing_else_is_masked(value: dict[str, object]) -> None:
    shown = concealed(value)
    kept = {name: one for name, one in value.items() if not (value["kind"] == "Secret" and name == "data")}
    assert {name: shown[name] for name in kept} == kept


@pytest.mark.parametrize(
    ("value", "hides"),
    [
        ("postgres://app:s3cr3t@db/x", True), ("amqps://:s3cr3t@mq", True), ("ghp_" + "a1B2" * 9, True), ("glpat-" + "a1B2-" * 5, True),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n", True), ("postgres://app:$(DB_PASSWORD)@db/x", False), ("postgres://app:${PW}@db", False),
        ("http://db:5432/x", False), ("https://example.com/@team:a@b", False), ("ghp_short", False), ("mail: a:b@c", False),
        ("Server=db;User Id=app;Password=s3cr3t", True), ("Server=db;Password=$(PW);", False), ("a=b;c=d", False),
        ("-----BEGIN CERTIFICATE-----\nMII\n", False),
    ],
)  # fmt: skip
def test_values_that_look_like_a_credential(value: str, hides: bool) -> None:
    env = [{"name": "SOME", "value": value}]
    assert concealed({"env": env}) == {"env": [{"name": "SOME", "value": "***" if hides else value}]}
    assert pair({"env": env}, {"env": [{"name": "SOME", "value": "plain"}]})[0] == concealed({"env": env})
    assert concealed_listing(f"SOME={value}") == (
        "SOME=***" + ("\nMII\n" if "RSA" in value else "") if hides else f"SOME={value}"
    )


def test_a_line_keeps_its_width_where_a_url_has_a_password() -> None:
    line = '  url: "postgres://app:s3cr3t@db/x"  # ghp_' + "a1B2" * 9
    shown = concealed_line(line)
    assert len(shown) == len(line)
    assert shown.startswith('  url: "postgres://app:******@db/x"  # ***')
    assert concealed_line("  url: postgres://app:$(PW)@db") == "  url: postgres://app:$(PW)@db"


@pytest.mark.parametrize(
    "part",
    [
        "eyJ-",
        "eyJ",
        "://",
        "://:",
        ":",
        "a://b:",
        "password=",
        ";password=",
        "; ",
        "pwd =",
        "xoxb-",
        "-----BEGIN ",
        "@://",
        "-",
        "--token,",
        "--token=",
        "TOKEN",
        '\\"token\\":',
        '"token":"',
        "token='",
        "token=${",
        "token=$(",
        "token=$(a)x ",
        "token={{ ",
        "token=<",
        "--token ",
        "-u a:b ",
        "mysql -p",
        "redis-cli -a b ",
        "token=' ",
        "token=a                ",
    ],
)
def test_a_long_line_is_looked_at_once(part: str) -> None:
    line = part * (1_000_000 // len(part)) + "@"
    begun = time.process_time()
    concealed_line(line)
    concealed({"env": [{"name": "A", "value": line}]})
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "line",
    [
        "    - --db-password=hunter2", '    - "--token=hunter2"', "    - --header=Authorization: hunter2",
        "    command: [mysqld, --password=hunter2, --x]", '    command: ["a", "--token", "hunter2", "b"]',
        "    - DB_PASSWORD='hunter2' psql", '    - sh -c "API_KEY=hunter2 run"', "      export PGPASSWORD=hunter2;",
        "    spring.datasource.password=hunter2", """  settings.json: '{"password": "hunter2", "a": 1}'""",
        '  settings.json: "{\\"password\\": \\"hunter2\\"}"', "    url: https://example.com/?access_token=hunter2&a=b",
    ],
)  # fmt: skip
def test_what_a_program_is_given_is_masked_in_its_line(line: str) -> None:
    shown = concealed_line(line)
    assert ("hunter2" in shown, "***" in shown, len(shown)) == (False, True, len(line))
    for harmless in ("$(PASSWORD)", "${PASSWORD}", "/run/secrets/password", "true", "512"):
        assert (
            concealed_line(line.replace("hunter2", harmless)) == line.replace("hunter2", harmless)
            or ": hunter2" in line
        )


@pytest.mark.parametrize(
    "line",
    [
        "    - --password-file=/run/a.txt", "    - --token-ttl=15m", "    - DB_PASSWORD_FILE=hunter", "    - --max-tokens=512",
        "    - --use-service-account-credentials=true", "    command: [a, --password, --verbose]", "    - --auth=basic", "    - a==b",
    ],
)  # fmt: skip
def test_options_that_only_sound_like_a_credential_are_shown(line: str) -> None:
    assert concealed_line(line) == line


@pytest.mark.parametrize(
    "value", ["S3cr3t*Pass", "pa$$word9", "$2a$10$hash", "a<b>c", "/9kfjEk3+foo", "x{{y"]
)
def test_a_credential_with_signs_that_stand_for_other_texts_elsewhere_is_masked(value: str) -> None:
    for line in (f"    - --password='{value}'", f'  a.json: "{{\\"password\\": \\"{value}\\"}}"'):
        shown = concealed_line(line)
        assert (value in shown, "***" in shown, len(shown)) == (False, True, len(line))
    assert concealed_lines(["- --password", f"- {value}"])[1] == "- " + "***".ljust(len(value))


@pytest.mark.parametrize(
    "line",
    [
        "    - --password=S3;cr]et&9", "    - --password=S3)cr}et|9  # here", '    - "--password=S3 cr]et;9"', "    - PGPASSWORD=S3;cr)et9 psql",
        "    command: [a, --password=S3;cr|et9, b]", '    - sh -c "mysql --password=S3;cr)et9 x"', "    password: S3,cr]et}9", "  token: &t S3cret9",
        "  token: !!str S3cret9", "    - curl -u app:S3cret9 http://a", '    command: ["curl", "--user", "app:S3cret9"]', "    - mysql -uroot -pS3cret9 db",
        "    - mysqldump --password S3cret9", "    - redis-cli -a S3cret9 ping", '    command: ["mysqladmin", "ping", "-pS3cret9"]', "    - sshpass -p 'S3cret9' ssh a",
        "    x: &a password: S3cret9", "    value: password: S3cret9 # here", '    app.yaml: "user: app\\npassword: S3cret9"', "    app.yaml: 'token:=S3cret9'",
    ],
)  # fmt: skip
def test_a_password_is_masked_to_its_end(line: str) -> None:
    shown = concealed_line(line)
    assert "***" in shown
    assert len(shown) == len(line)
    assert not any(part in shown for part in ("S3", "cr", "et", "9"))


@pytest.mark.parametrize(
    "line",
    [
        "    - mkdir -p there", "    - ssh -p 22 host", "    - docker run -u 1000:1000 a", "    - mysql -u root -p$PASSWORD", "    - mysql -p db",
        "    - curl -u $USER:$PASS http://a", "    # use --token to log in", "    - curl http://a?token=$TOKEN&x=1", "    - TOKEN=$(cat a);run",
    ],
)  # fmt: skip
def test_short_options_that_take_no_password_are_shown(line: str) -> None:
    assert concealed_line(line) == line


def test_items_of_a_list_of_arguments_are_masked_by_its_program() -> None:
    for items in (
        ("curl", "-u", "app:S3cret9"),
        ("mysqladmin", "-uroot", "-pS3cret9"),
        ("redis-cli", "-a", "S3cret9"),
    ):
        shown = concealed_lines([f"  - {item}" for item in items])
        assert shown[:2] == [f"  - {item}" for item in items[:2]]
        assert "***" in shown[2]
        assert "S3cret9" not in shown[2]
    assert concealed_lines(["  - tar", "  - -a", "  - file"])[2] == "  - file"


def test_a_block_with_a_tag_is_masked() -> None:
    assert concealed_lines(["token: !!binary |", "  S3cret9", "other: a"]) == [
        "token: !!binary |",
        "  ***    ",
        "other: a",
    ]


@pytest.mark.parametrize(
    "value", ["$PASS", "$(cat a | b c)", "{{ .Values.x }}", "<your password>", "****", "~/a.b/c"]
)
def test_what_stands_for_a_credential_is_shown(value: str) -> None:
    assert concealed_line(f"    - --password='{value}'") == f"    - --password='{value}'"


def test_the_item_after_an_option_is_its_value() -> None:
    lines = [
        "  args:",
        "  - --password",
        "  - hunter2",
        "  - --token",
        "  - --verbose",
        "  - run",
        "  - --token",
        "  - $(TOKEN)",
    ]
    assert concealed_lines(lines) == [*lines[:2], "  - ***    ", *lines[3:]]


def test_variables_in_lists() -> None:
    assert concealed_listing("A=b\nDB_PASSWORD=x y\n") == "A=b\nDB_PASSWORD=***\n"
    assert concealed_listing("    TOKEN:  <set to the key 'a' in secret 'b'>\n    TOKEN:  x\n") == (
        "    TOKEN:  <set to the key 'a' in secret 'b'>\n    TOKEN:  ***\n"
    )


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("DB_PASSWORD", True), ("api-token", True), ("accessKey", True), ("clientSecret", True), ("PGPASSWORD", True),
        ("secretName", False), ("tokenExpirationSeconds", False), ("automountServiceAccountToken", False), ("path", False),
        ("password", True), ("TOKEN_2", True),
    ],
)  # fmt: skip
def test_names_that_look_like_a_credential(name: str, secret: bool) -> None:
    assert looks_secret(name) is secret


def test_lines_and_dumps_hide_what_such_a_name_holds() -> None:
    assert concealed_line("  password: hunter2").rstrip() == "  password: ***"
    assert (
        concealed_line("    value: hunter2", neighbours=("  - name: DB_PASSWORD",)).rstrip()
        == "    value: ***"
    )
    assert concealed_line("{name: DB_PASSWORD, value: hunter2}").split() == [
        "{name:",
        "DB_PASSWORD,",
        "value:",
        "***",
        "}",
    ]
    assert concealed_line("  secretName: shown") == "  secretName: shown"
    dump = 'core.EnvVar{Name:"DB_PASSWORD", Value:"hunter2", ValueFrom:nil}'
    assert concealed_text(dump) == 'core.EnvVar{Name:"DB_PASSWORD", Value:"***", ValueFrom:nil}'


@pytest.mark.parametrize(
    "text",
    [
        'core.EnvVar{Name:"DB_PASSWORD", Value:"hunter2", ValueFrom:nil}', '{\\"name\\":\\"DB_PASSWORD\\",\\"value\\":\\"hunter2\\"}',
        '{"name":"DB_PASSWORD","value":"hunter2"}', '      "Name": "DB_PASSWORD",\n-     "Value": "hunter2",\n+     "Value": "hunter2",\n',
        '.spec.containers[name="a"].env[name="API_KEY"].value: expected string, got &value.valueUnstructured{Value:"hunter2"}',
    ],
)  # fmt: skip
def test_what_servers_and_kubectl_repeat(text: str) -> None:
    assert "hunter2" not in concealed_text(text)
    assert concealed_text(text.replace("DB_PASSWORD", "NAME").replace("API_KEY", "NAME")).count(
        "hunter2"
    ) == text.count("hunter2")


_LITERALS = """\
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {x: 1}}
spec:
  containers:
  - name: a
    image: b:1
    env:
    - {name: DB_PASSWORD, value: 918273645}
    - name: DB_PASSWORD
      # the name is
      # far above
      # the value
      value: hidden1
    - name: SIGNING_KEY
      value: >-
        hidden2
          hidden3

        hidden4
    - name: TLS_KEY
      value: "-----BEGIN PRIVATE KEY-----\\nhidden5\\n-----END PRIVATE KEY-----"
    - name: SECRET_KEY_BASE
      value: 'hidden6
        hidden7'
    - name: LEVEL
      value: debug
    readinessProbe:
      httpGet:
        port: 80
        httpHeaders: [{name: Authorization, value: Basic hidden8}]
"""


@pytest.mark.parametrize("options", ["", "--diff", "--diff --unsafe-fixes --select ALL", "--select ALL"])
@pytest.mark.parametrize("form", ["text", "json", "sarif", "rdjson"])
def test_neither_a_fix_nor_its_help_shows_a_literal(tmp_path: Path, options: str, form: str) -> None:
    (tmp_path / "pod.yaml").write_text(_LITERALS)
    with chdir(tmp_path):
        said = CliRunner().invoke(cli, f"lint --isolated --no-cache {options} -o {form} pod.yaml".split())
    assert "DB_PASSWORD" in said.output
    assert not re.findall(r"hidden\d|918273645", said.output)


def test_lines_of_one_variable_are_told_from_those_of_the_next() -> None:
    before = _LITERALS.splitlines()
    shown = concealed_lines(before)
    assert not re.findall(r"hidden\d|918273645", "\n".join(shown))
    assert [one for one, old in zip(shown, before, strict=True) if one == old] == [
        one for one in before if "hidden" not in one and "918273645" not in one
    ]
    assert [len(one) for one in shown] == list(map(len, before))


def test_a_private_key_is_masked_line_by_line() -> None:
    lines = [
        "data:",
        "  a: |",
        "    -----BEGIN RSA PRIVATE KEY-----",
        "    MIIE",
        "    Qxyz",
        "    -----END RSA PRIVATE KEY-----",
    ]
    assert concealed_lines(lines) == [*lines[:3], "    *** ", "    *** ", lines[-1]]
    public = [one.replace("PRIVATE", "PUBLIC") for one in lines]
    assert concealed_lines(public) == public


def test_letters_that_are_longer_in_lower_case_move_no_line() -> None:
    """Keys are looked for in lower case, in which places are others, but lines the same."""
    lines = ["a: \u0130\u0130\u0130", "DB_Password: |", "  hidden", "b: \u0130 value: |", "  shown"]
    assert concealed_lines(lines) == [*lines[:2], "  ***   ", *lines[3:]]


_GOING_ON = (
    "password: x", "token: |", "secret: >-", "- name: DB_PASSWORD", "value: |", "value: abc", "  more text", "spec:", "- a", "key: |",
    "apiKey: 'x", "y'", "# comment", "", "   ", "- password: |", "- - token: x", "a: b", "{a: b}", "secret: {a: b}", "passwd: &x |",
    "name: TOKEN", "- value: 'a",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_one_line_goes_on_where_all_lines_say_so(seed: int) -> None:
    chance, found = random.Random(seed), 0
    for _ in range(300):
        lines = [
            " " * chance.choice((0, 0, 1, 2, 2, 4, 4, 6, 8)) + chance.choice(_GOING_ON) for _ in range(12)
        ]
        hidden = continued(lines)
        assert frozenset(at for at in range(12) if goes_on(lines, at)) == hidden
        found += len(hidden)
    assert found > 50


def test_each_excerpt_is_masked_however_many_there_are() -> None:
    text = "".join(f"- name: a{at}\n  password: |\n    hidden{at}\n  end: {at}\n" for at in range(40))
    source = Source("a.yaml", "kind: List\nitems:\n" + text)
    shown = [source.excerpt(Span(Position(at, 0), Position(at, 3))) for at in range(2, 162)]
    assert sum("password: |" in one for one in shown) == 80
    assert not any("hidden" in one for one in shown)


def test_what_stands_below_a_key_is_not_its_text() -> None:
    lines = [
        "  password:",
        "    secretKeyRef:",
        "      name: db",
        "      key: of",
        "  passwords: {a: b,",
        "    c: d}",
    ]
    assert concealed_lines(lines)[:4] == lines[:4]


@pytest.mark.parametrize(
    "line", ["  value: >-", "  value: a", "  password: |", "    -----BEGIN PRIVATE KEY-----"]
)
def test_many_lines_are_looked_at_once(line: str) -> None:
    lines = ["  - name: PASSWORD", line] * 20_000
    begun = time.process_time()
    concealed_lines(lines)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("kustomization", "says"),
    [
        ("secretGenerator: [{name: a, literals: [b=hidden1, hidden2]}]", "invalid literal source ***"),
        ("configMapGenerator: [{name: a, literals: [shown]}]", "invalid literal source shown"),
        ("""patches: [{patch: '{"kind": "Secret", "stringData": {"a": "hidden1"}'}]""", '[patch: "***"]'),
        ("patches: [{patch: '[{op: replace, path: /data/a, value: hidden1'}]", '[patch: "***"]'),
        ("patches: [{patch: '{\"kind\": \"Service\", shown: '}]", "Service"),
        ("secretGenerator: [{name: a, envs: [bad.env]}]", "invalid utf8 bytes : ***"),
    ],
)  # fmt: skip
def test_what_kustomize_repeats_of_a_secret(tmp_path: Path, kustomization: str, says: str) -> None:
    (tmp_path / "kustomization.yaml").write_text(kustomization)
    (tmp_path / "bad.env").write_bytes(b"a=hidden1\xff\n")
    with chdir(tmp_path):
        for line in ("lint --isolated --no-cache .", "plan --isolated -k .", "create -k ."):
            said = CliRunner().invoke(cli, line.split())
            told = said.output + str(said.exception or "")
            assert says in told
            assert "hidden" not in told
            assert "104 105 100" not in told  # the same as numbers


@pytest.mark.parametrize(
    "patch",
    [
        '{"stringData": {"a": ["hidden1"]}}', '{"data": {"a": "hidden1!"}}', '{"stringData": "hidden1"}',
        '{"data": {"a": {"b": "hidden1"}}}', '[{"op": "replace", "path": "/data/a", "value": ["hidden1"]}]',
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["strategic", "merge", "json"])
def test_what_is_said_of_a_patch_of_a_secret(tmp_path: Path, patch: str, kind: str) -> None:
    with chdir(tmp_path):
        CliRunner().invoke(cli, ["create", "secret", "generic", "s", "--from-literal=a=shown", "--commit"])
        said = CliRunner().invoke(cli, ["patch", "secret", "s", "--type", kind, "-p", patch])
    assert "patched" not in said.output
    assert "hidden" not in said.output + str(said.exception or "")


def test_a_program_inside_of_a_container_shows_no_credential(tmp_path: Path) -> None:
    words = (
        "run p --image=b --env=DB_PASSWORD=hidden1 --env=URL=http://u:hidden2@h/ --env=SHOWN=shown --commit"
    )
    with chdir(tmp_path):
        CliRunner().invoke(cli, words.split())
        said = CliRunner().invoke(cli, ["exec", "p", "--", "env"]).output
        value = CliRunner().invoke(cli, ["exec", "p", "--", "printenv", "DB_PASSWORD"]).output
    assert "SHOWN=shown\n" in said
    assert "DB_PASSWORD=***\nURL=***\n" in said
    assert "hidden" not in said + value


_TYPED = (
    """patch secret s -p {"data":{"x":"hidden1" """, "patch secret s -p data:{x:hidden1", "patch secret s -p [hidden1",
    """patch secret s --type=json -p [{"op":"add","path":"/data/x","value":"hidden1"}""", """patch configmap c -p data:{DB_PASSWORD:hidden1""",
    """patch configmap c -p {"data":{"DB_PASSWORD":["hidden1"]}}""", """patch configmap c -p {"data":{"PASSWORD":{"a":"hidden1"}}}""",
    """patch deployment d --type=json -p [{"op":"replace","path":"/spec/template/spec/containers/0/args","value":[["--password=hidden1"]]}]""",
    "create secret generic z --from-literal=hidden1", "create secret generic z --from-literal=a=hidden1 --dry-run=client -o yaml",
    "run z --image=b --dry-run=client -o yaml --env=DB_PASSWORD=hidden1 -- --token=hidden2", "create token default",
    "create configmap z --from-literal=PASSWORD=hidden1 --dry-run=client -o yaml", "annotate configmap c x.io/token=other",
    "annotate configmap c --list", "set env deployment/d --list", "set env deployment/d DB_PASSWORD=other --overwrite=false",
    "rollout history deployment d --revision=1", "rollout history deployment d --revision=1 -o yaml",
    "exec e -- env", "exec e -- cat /c/app.ini", "get configmap c -o yaml", "describe deployment d", "describe pod e", "describe configmap c",
)  # fmt: skip


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stored cluster that runs, with credentials."""
    made = tmp_path_factory.mktemp("sandbox")
    variables = [{"name": "DB_PASSWORD", "value": "hidden1"}, {"name": "URL", "value": "of $(DB_PASSWORD)"}]
    mounts = [{"name": "c", "mountPath": "/c"}]
    said = ["sh", "-c", "echo --password=hidden2 is used"]
    container = {
        "name": "a",
        "image": "busybox",
        "env": variables,
        "args": ["--token", "hidden2"],
        "volumeMounts": mounts,
    }
    spec = {"containers": [container], "volumes": [{"name": "c", "configMap": {"name": "c"}}]}
    talking = {**spec, "containers": [{**container, "args": [], "command": said}], "restartPolicy": "Never"}
    template = {"metadata": {"labels": {"a": "d"}}, "spec": spec}
    sleeping = {**spec, "containers": [{**container, "args": [], "command": ["sleep", "1000"]}]}
    notes = {"annotations": {"x.io/token": "hidden3"}}
    objects = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", **notes}, "data": {"app.ini": "password = hidden1\n", "DB_PASSWORD": "hidden2"}},
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"x": "hidden1"}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": {"selector": {"matchLabels": {"a": "d"}}, "template": template}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "e"}, "spec": sleeping},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "f"}, "spec": talking},
    ]  # fmt: skip
    (made / "all.yaml").write_text("\n---\n".join(map(json.dumps, objects)))
    for line in ("cluster create", "apply -f all.yaml"):
        _run(made, line)
    return made


@pytest.mark.parametrize("line", [*_TYPED, "logs f", "logs f --prefix"])
def test_what_verbs_repeat_of_what_is_typed_and_stored(sandbox: Path, line: str) -> None:
    said = _run(sandbox, line)
    assert said
    assert "hidden" not in said
    assert "No resources found" not in said


def test_what_is_masked_is_said_all_the_same(sandbox: Path) -> None:
    assert "--password=*** is used" in _run(sandbox, "logs f")
    assert "password = ***" in _run(sandbox, "exec e -- cat /c/app.ini")
    assert "URL=of ***" in _run(sandbox, "exec e -- env")
    assert "--token\n" in _run(sandbox, "rollout history deployment d --revision=1")
    assert 'unable to parse "***"' in _run(sandbox, "patch secret s -p [hidden1")
    assert 'unable to parse "[x"' in _run(sandbox, "patch deployment d -p [x")
    assert "x.io/token=***" in _run(sandbox, "annotate configmap c --list")
    assert "x.io/token=hidden3" in _run(sandbox, "annotate configmap c --list --show-secrets")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSTGRES_PASSWORD_FILE", "hunter2-literal"), ("DB_PW", "hunter2-literal"), ("DB_PASSWORD_2", "hunter2-literal"),
        ("HMAC_KEY", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"), ("APP_SALT", "hunter2hunter2hunter2"), ("BASIC_AUTH", "me:hunter2"),
        ("URL", "jdbc:mysql://db/shop?user=me&password=hunter2"), ("URL", "jdbc:oracle:thin:me/hunter2@db:1521:x"),
        ("STORE", "AccountName=shop;AccountKey=hunter2hunter2=="), ("HEADER", "Bearer aHVudGVyMg"),
        ("HOOK", "https://discord.com/api/webhooks/1/hunter2hunter2hunter2"), ("REDIS_AUTH", "hunter2-literal"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "form", ["    - {name: NAME, value: 'VALUE'}", "    - name: NAME\n      value: VALUE", '    - "name": NAME\n      "value": "VALUE"']
)  # fmt: skip
def test_a_variable_that_lint_calls_a_secret_is_not_shown(
    name: str, value: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = form.replace("NAME", name).replace("VALUE", value)
    two = "\n".join([text, text.replace(name, f"X_{name}")])
    file = tmp_path / "pod.yaml"
    file.write_text(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: a\n    image: b\n    env:\n{two}\n"
    )
    assert run(["lint", "--isolated", "--no-cache", "--select", "SEC009", str(file)]) == 1
    shown = capsys.readouterr().out
    assert "SEC009" in shown
    for part in ("hunter2", "aHVudGVyMg", "0f1e2d3c4b5a"):
        assert part not in shown
