"""Which values of objects are masked, and which only look like it."""

import base64
import json
import time
from typing import Any

import pytest

from kplan.lint.rules.security.literal_secret import RULE as LITERAL
from kplan.lint.rules.security.secret_in_config_map import RULE as ENTRY
from kplan.manifest.loader import load_text
from kplan.masking.judging import is_given
from kplan.masking.objects import (
    _leaves,
    concealed,
    concealed_output,
    concealed_prose,
    holds,
    pair,
    values_of,
)
from kplan.masking.telling import may_hold
from kplan.masking.veil import Veil

Json = dict[str, Any]
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_KEY = "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----\n"


def _pod(**container: Any) -> Json:
    containers = [{"name": "a", "image": "b", **container}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers}}


def _config(**data: str) -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": data}


def _file(text: str, name: str = "file") -> Json:
    return _config(**{name: text})


def _noted(**annotations: str) -> Json:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "annotations": annotations}}


def _custom(**spec: Any) -> Json:
    return {"apiVersion": "x.io/v1", "kind": "Db", "metadata": {"name": "d"}, "spec": spec}


HIDDEN = [
    _pod(args=["--password=hunter2"]), _pod(args=["--password", "hunter2"]), _pod(command=["mysql"], args=["-uroot", "-phunter2"]),
    _pod(args=["--password=hunter2 #x hunter2"]), _pod(args=["--token=a\nhunter2"]), _pod(args=["-H", "Authorization: Bearer hunter2"]),
    _pod(command=["redis-server", "--requirepass", "hunter2"]), _pod(args=["redis-server --requirepass hunter2"]),
    _pod(command=["sh", "-c", "export PGPASSWORD=hunter2; psql"]), _pod(command=["sh", "-c", "curl -u me:hunter2 http://x"]),
    _pod(args=["postgres://u:hunter2@h/x"]), _pod(args=["--db", "postgres://u:hunter2@h/x"]), _pod(command=["sshpass", "-p", "hunter2", "ssh"]),
    _pod(env=[{"name": "SECRET", "value": "hunter2"}]), _pod(env=[{"value": "hunter2", "name": "PASSWORD"}]),
    _pod(env=[{"value": "{hunter2", "name": "PASSWORD"}]), _pod(env=[{"name": "DB_PASSWORD", "value": "918273645"}]),
    _pod(env=[{"name": "X", "value": "a;password=hunter2"}]), _pod(env=[{"name": "A", "value": "x --password hunter2"}]),
    _config(DB_PASSWORD="hunter2"), _config(secret="hunter2"), _config(url="postgres://u:hunter2@h"), _file(_KEY), _file(json.dumps({"key": _KEY})),
    _file("x=1\nspring.datasource.password=hunter2\ny=2"), _file("db.password = hunter2 hunter2"), _file("A=b\nTOKEN=hunter2 hunter2\n"),
    _file("export TOKEN='hunter2'\n"), _file('{"db": {"password": "hunter2"}}'), _file('{\n "db": {\n  "password": "hunter2"\n }\n}'),
    _file("db:\n  password: hunter2\n"), _file("db:\n  password: |\n    hunter2\n  x: y\n"), _file("[a]\npassword = hunter2\n"),
    _file('password = "hunter2"'), _file("<a><password>hunter2</password></a>"), _file('<property name="db.password" value="hunter2"/>'),
    _file("port 1\nrequirepass hunter2\n"), _file("CREATE USER a WITH PASSWORD 'hunter2';"), _file("CREATE USER a IDENTIFIED BY 'hunter2';"),
    _file("'password' => 'hunter2',"), _file("env:\n- name: DB_PASSWORD\n  value: hunter2\n"), _file(";admin_password = hunter2\n"),
    _file("set $password hunter2;"), _file('proxy_set_header Authorization "Basic hunter2";'), _file("password: 12345678".replace("12345678", "hunter2")),
    _file("apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  x: hunter2\n"), _file("kind: Secret\ndata:\n  x: |\n    hunter2\n    a\nmetadata: {name: x}\n"),
    _file("kind: Secret\ndata: {x: hunter2}\n"), _file('{"kind": "Secret", "stringData": {"x": "hunter2"}}'),
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "binaryData": {"password": "hunter2"}},
    _noted(**{"x.io/password": "hunter2"}), _noted(x="password=hunter2"), _noted(**{LAST_APPLIED: json.dumps(_pod(args=["--password=hunter2"]))}),
    _noted(**{LAST_APPLIED: json.dumps(_config(PASSWORD="hunter2"))}), _noted(**{LAST_APPLIED: json.dumps(_custom(auth={"password": "hunter2"}))}),
    _custom(auth={"password": "hunter2"}), _custom(auth={"password": {"value": "hunter2"}}), _custom(passwords=["hunter2", "x"]),
    _custom(parameters=[{"name": "db-password", "default": "hunter2"}]), _custom(headers=[{"key": "Authorization", "value": "Bearer hunter2"}]),
    _custom(values="auth:\n  password: hunter2\n"), _custom(values={"auth": {"postgresPassword": "hunter2"}}), _custom(clientSecret="hunter2"),
    _custom(secret="hunter2"), _custom(url="https://u:hunter2@x"), _custom(pin={"password": 918273645}), _custom(steps=[{"script": "mysql -phunter2 x"}]),
    {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e"}, "message": "failed: mysql --password=hunter2 x"},
    _file("# hosts\ndb.example:5432:shop:app:hunter2\n"), _file("*:*:*:me:hunter2"), _pod(args=["echo db:6000:shop:app:hunter2 > ~/.pgpass"]),
    _file("machine a.example login me password hunter2"), _file("machine a.example\n  login me\n  password hunter2\n"),
    _file("listen stats\n  stats auth admin:hunter2\n"), _file("stats   auth admin:hunter2\n"), _file("userlist a\n  user me insecure-password hunter2\n"), _file("bindpw hunter2\n"),
    _file("user app on >hunter2 ~* +@all\n"), _pod(args=["redis-cli ACL SETUSER app on ~* >hunter2"]),
    _file("//r.example/:_authToken=hunter2\n"), _file("sentinel auth-pass shop hunter2\n"), _custom(users=["me:$apr1$hunter2$ABCDEFGHIJKLMNOPQRSTUV"]),
    _pod(env=[{"name": "USERS", "value": "me:$1$hunter2$ABCDEFGHIJKLMNOPQRSTUV"}]), _file(f"me:$2y$10$hunter2{'a' * 46}\n"), _noted(users=f"me:$6$hunter2${'a' * 86}"),
]  # fmt: skip


@pytest.mark.parametrize("value", HIDDEN, ids=json.dumps)
def test_a_credential_is_masked_wherever_it_stands(value: Json) -> None:
    shown = json.dumps(concealed(value))
    assert "hunter2" not in shown
    assert "918273645" not in shown
    assert "***" in shown
    assert holds(value)
    assert any("hunter2" in text or text == "918273645" for text in values_of(value))


@pytest.mark.parametrize("value", HIDDEN, ids=json.dumps)
def test_a_changed_credential_is_seen_to_have_changed(value: Json) -> None:
    other = json.loads(json.dumps(value).replace("hunter2", "other33").replace("918273645", "546372819"))
    before, after = pair(value, other)
    assert before != after
    assert "before" in json.dumps(before)
    assert not any(text in json.dumps(after) for text in ("other33", "546372819"))
    assert pair(value, value) == (concealed(value), concealed(value))


SHOWN = [
    _pod(args=["--password-file=/run/a", "--token-ttl=15m", "--max-tokens=512", "--authorization-mode=Node,RBAC", "--password=$(PW)"]),
    _pod(args=["--token", "${T}", "--secret=web-tls", "--initial-cluster-token=etcd-1", "-p", "8080", "--password=", "--password", "--verbose"]),
    _pod(command=["sh", "-c", "mkdir -p /x; psql -p 5432"]), _pod(env=[{"name": "PASSWORD_FILE", "value": "/run/x"}, {"name": "TOKEN", "value": ""}]),
    _pod(env=[{"name": "PASSWORD", "value": "$(X)"}, {"name": "USE_TOKEN", "value": "true"}, {"name": "MAX_TOKENS", "value": "32000"}]),
    _pod(env=[{"name": "X_SECRET_NAME", "value": "abc"}, {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "a", "key": "password"}}}]),
    _config(tokenReviewUrl="http://x/y", secretName="a", max_tokens="500", token="http://auth/token", s3_secret="shop-s3-credentials"),
    _file('max_tokens: 50000\npasswordSecretRef: x\npassword: ${PW}\nsecretName: tls\ntoken: ""\npassword: \ntoken: <set it>\n'),
    _file("location / {\n proxy_pass http://backend;\n proxy_set_header Authorization $http_authorization;\n}\nfastcgi_pass php-fpm;\n"),
    _file("password = os.environ['X']\ntoken = getenv(\"X\")\n"), _file("security:\n  authorization: enabled\n"), _file("if password == other and token != x:"),
    _noted(**{"checksum/db-secret": "abc", "nginx.ingress.kubernetes.io/auth-secret": "basic-auth", "vault.hashicorp.com/agent-inject-token": "true"}),
    _noted(**{"vault.hashicorp.com/agent-inject-secret-db-password": "secret/data/db"}),
    _custom(tlsSecret="web-tls", passwordSecretRef={"name": "a", "key": "password"}, existingSecret="my-db", privateKey={"algorithm": "RSA"}),
    _custom(data=[{"secretKey": "password", "remoteRef": {"key": "a", "property": "password"}}], tokens=500, encryptedData={"password": "AgB"}),
    _custom(passwordSecret={"secretName": "x", "password": "user.password"}, privateKey="tls.key"),
    _custom(tls={"privateKey": "certs/default/key.pem"}), _file('{"privateKey": "certs/localhost/key.pem"}'),
    _custom(listeners=[{"tls": {"certificateRefs": [{"kind": "Secret", "group": "", "name": "web-cert", "namespace": "b"}]}}]),
    _custom(data=[{"secretKey": "github_app_id", "remoteRef": {"key": "a"}}]), _file("servingCertificateSecret: api-tls-serving-certificate\n"),
    _file('{\n  "token": {\n    "aud": "istio-ca"\n  }\n}'), _file('{"sds":{"token":{"aud":"istio-ca"}}}'), _file("token: {aud: istio-ca}\n"),
    {"kind": "Event", "involvedObject": {"apiVersion": "v1", "kind": "Secret", "name": "db", "namespace": "default", "uid": "u"}},
    _file("fd00:1234:5678:9abc:def0:1:2:3\n00:11:22:33:44:55\narn:aws:iam:*:123:role/x:y\na:5432:b:c:${PW}\nh:5432:db:user:*\n"), _file("host:5432:db\n"),
    _file("stats auth ${USER}:${PASS}\nstats auth me:$PASS\nuser app on nopass ~* +@all\nrequirepass ${PW}\nmachine $H login $U password $P\n"),
    _file("auth: enabled1\nauth: basic\nauth: c2hvcC5leGFtcGxl\n"), _file('{"auth": "$TOKEN", "_auth": ""}'), _file("echo $1$2 $5$6\n[INFO] 10:20:30\n[::1]:80 a:b\n"),
    {"kind": "Event", "message": "login failed: password expired"}, _file("_authToken=${NPM_TOKEN}\n"), _file("$2y$10$short $apr1$a$b {SHA}abc"),
    _custom(openAPIV3Schema={"properties": {"password": {"type": "string", "description": "password: of the user"}}}),
    {"kind": "Pod", "spec": {"automountServiceAccountToken": True, "volumes": [{"name": "token", "secret": {"secretName": "x"}}]}},
    {"kind": "Role", "apiVersion": "rbac.authorization.k8s.io/v1", "rules": [{"resources": ["secrets", "serviceaccounts/token"], "verbs": ["get"]}]},
]  # fmt: skip


@pytest.mark.parametrize("value", SHOWN, ids=json.dumps)
def test_what_only_sounds_like_a_credential_is_shown(value: Json) -> None:
    assert concealed(value) == value
    assert not holds(value)


@pytest.mark.parametrize("value", [*HIDDEN, *SHOWN], ids=json.dumps)
@pytest.mark.parametrize("form", ["alone", "applied", "listed", "pretty"])
def test_the_quick_look_misses_nothing(value: Json, form: str) -> None:
    """What the veil would hide is hidden, though most objects are only looked at as a text."""
    held = {
        "alone": value, "applied": _noted(**{LAST_APPLIED: json.dumps(value, separators=(",", ":"))}),
        "listed": {"kind": "List", "items": [value]}, "pretty": _noted(x=json.dumps(value, indent=2)),
    }[form]  # fmt: skip
    found: list[tuple[str, Any]] = []
    Veil(lambda name, leaf: found.append((name, leaf)) or "").shown(held)
    assert _leaves(held) == found


def test_logins_in_base64_are_read() -> None:
    login, other = (base64.b64encode(one).decode() for one in (b"me:hunter2", b"a.example"))
    for text in (f'{{"auths": {{"r.example": {{"auth": "{login}"}}}}}}', f"auths:\n  r.example:\n    auth: {login}\n", f"_auth={login}\n"):  # fmt: skip
        assert login not in json.dumps(concealed(_file(text)))
        assert concealed(_file(text.replace(login, other))) == _file(text.replace(login, other))
        assert login not in json.dumps(concealed(_noted(**{LAST_APPLIED: json.dumps(_file(text))})))


def _objects(rule: Any) -> list[Any]:
    texts = [
        one if "apiVersion" in one else f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n{one}"
        for one in rule.bad
    ]
    return [document.value for text in texts for document in load_text(text).documents]


@pytest.mark.parametrize("value", [*_objects(LITERAL), *_objects(ENTRY)], ids=json.dumps)
def test_what_lint_calls_a_hard_coded_credential_is_masked(value: Json) -> None:
    shown = json.dumps(concealed(value))
    assert not any(text in shown for text in ("hunter2", "c2VjcmV0"))


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "api-token",
        "clientSecret",
        "SECRET",
        "spring.datasource.password",
        "AWS_SECRET_ACCESS_KEY",
        "x_pwd",
    ],
)
@pytest.mark.parametrize(
    "value", ["hunter2", "S3cr3t!", "a b", "x/y", "TOKEN=", "http://x:80/a", "token.txt", "-x", "#1"]
)
def test_a_name_of_a_credential_is_enough(name: str, value: str) -> None:
    assert is_given(name, value)


def test_base64_in_a_config_map_is_read() -> None:
    data = {
        "a": base64.b64encode(b"x=y\npassword=hunter2\n").decode(),
        "b": base64.b64encode(b"\xff\x00").decode(),
    }
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "binaryData": data}
    assert concealed(value)["binaryData"] == {"a": "***", "b": data["b"]}
    assert concealed(value, sizes=True) == value


def test_two_values_that_change_places_are_seen_to_change() -> None:
    before, after = _file("a.password=x1y2\nb.password=z3w4\n"), _file("a.password=z3w4\nb.password=x1y2\n")
    assert pair(before, after)[1]["data"]["file"] == "a.password=*** (after)\nb.password=*** (after)\n"


def test_the_rest_of_a_file_stays_as_it_is() -> None:
    text = "# settings\nhost=db\npassword=hunter2\n\ttimeout = 5s\n"
    assert concealed(_file(text))["data"]["file"] == text.replace("hunter2", "***")
    assert concealed_output("\ufdd0 is no letter\n") == "\ufdd0 is no letter\n"


@pytest.mark.parametrize(
    "part",
    ["password = ", "a => b ", "<password>", "<a ", "password '", "\\nx=", "requirepass ", '"password":', '{"name":"token",', "kind: Secret\n", "a=b c ",
     "identified by ", "\\\\\\", 'name="password" value=', "password\n", "- --token\n", "  token: |\n", "stats auth a", "user a on ", "user a on > ",
     "auth: ", "auth:aaaaaaaa", "machine a login b ", "machine ", "a:5432:", "*:*:", "$2y$10$", "$y$a", '"a" "md5', "{SHA}"],
)  # fmt: skip
def test_a_long_text_is_looked_at_once(part: str) -> None:
    begun = time.process_time()
    concealed(_file(part * (300_000 // len(part))))
    concealed(_pod(args=[part] * 3_000))
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "text",
    [
        'MountVolume.SetUp failed for volume "credentials" : secret "db" not found', "references non-existent secret key: password",
        "couldn't find key password in Secret default/db", "invalid token: it has expired", 'pods "token" is forbidden: no quota',
    ],
)  # fmt: skip
def test_what_is_said_of_an_object_stays_readable(text: str) -> None:
    assert concealed({"kind": "Event", "message": text}) == {"kind": "Event", "message": text}
    assert concealed_prose(text) == text


@pytest.mark.parametrize(
    "text",
    ["hook ([mysql --password=hunter2]) failed", "Authorization: Bearer hunter2", "at postgres://a:hunter2@db/x", "PASSWORD=hunter2 is wrong", "password: hunter2, it says"],
)  # fmt: skip
def test_what_is_said_of_an_object_repeats_no_credential(text: str) -> None:
    assert "***" in concealed_prose(text)
    assert "hunter2" not in concealed_prose(text)
    assert "hunter2" not in json.dumps(concealed({"kind": "Event", "message": text}))


@pytest.mark.parametrize("option", ["-u", "-p", "-a", "-w", "--user"])
@pytest.mark.parametrize("before", ['"', "'", " ", "\n", ""])
def test_an_option_for_a_login_is_looked_at_behind_whatever_it_may_stand(before: str, option: str) -> None:
    assert may_hold({"args": [f"{before}{option} joe"]})
    assert not may_hold({"args": [f"x{option} joe"]})
