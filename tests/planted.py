"""Values that nobody should read, planted wherever an input can hold one, and how they are found again in an output."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_ENDING = "Xq77"
_GIVEN = (
    "Arg", "NextArg", "Shell", "Login", "ArgUrl", "ArgLa", "Entry", "Properties", "Spaced", "DotEnv", "Json", "Pretty", "Yaml", "Block",
    "Ini", "Xml", "Key", "EntryUrl", "Redis", "Inner", "Binary", "Note", "NoteText", "Noted", "Field", "Wrapped", "Member", "Parameter",
    "FieldLa", "Said", "Pgpass", "Netrc", "Docker", "Statistics", "Hash",
)  # fmt: skip
"""Credentials in objects that are no Secrets: arguments, ConfigMaps, annotations, custom resources."""
_IN_BROKEN = (
    "ArgNoText", "ArgMap", "ArgUnknown", "ArgText", "EntryList", "EntryMap", "EntryTwice", "EntryData", "NoteNumber", "NoteLast", "LabelText",
    "FieldShort", "FieldRule", "FieldType", "FieldText", "FieldUnknown",
)  # fmt: skip
"""The same in files that something is wrong with."""
AT_REST = ("Env", "EnvLa", "CronEnv", "PodEnv", "Url", "CopyOfConfigMap", *_GIVEN, *_IN_BROKEN)
"""What a stored state holds, because what is planned on it depends on it: everything but Secrets."""
_BROKEN = (
    "DataList", "DataText", "StringDataList", "StringDataMap", "NoBase64", "BadKey", "BadIndent", "Unclosed", "NoManifest", "EnvFile",
    "BothForms", "ListInEnv", "MapInEnv", "TypoInEnv", "Twice", "NoVersion", "OtherGroup", "BadTls", "BadDocker", "UnknownField",
    "SecretList", "NulByte", "LongName", "Values", "Immutable", "BadUrl", "UrlInConfigMap",
    *_IN_BROKEN,
)  # fmt: skip


def planted(name: str) -> str:
    """The value that is planted under a name."""
    return f"Pl4nt{name}{_ENDING}"


def encoded(name: str) -> str:
    """The same in base64."""
    return base64.b64encode(planted(name).encode()).decode()


def found(text: str, names: Iterable[str]) -> list[str]:
    """The names whose values are in a text, plain or in base64, alone or within something longer."""
    return [name for name in names if any(needle in text for needle in _needles(planted(name)))]


def _needles(value: str) -> Iterator[str]:
    yield value
    for offset, cut in enumerate((0, 2, 3)):
        whole = base64.b64encode(b"\0" * offset + value.encode()).decode().rstrip("=")
        yield whole[cut : len(whole) - 2]


def _secret(name: str, annotations: dict[str, str] | None = None, **parts: Any) -> dict[str, Any]:
    metadata = {"name": name, **({"annotations": annotations} if annotations else {})}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, **parts}


def _workload(name: str, variable: str, value: str, **annotations: str) -> dict[str, Any]:
    env = [{"name": variable, "value": value}, {"name": "SHOWN", "value": "shown"}]
    container = {"name": "a", "image": "b:1", "env": env}
    spec = {"containers": [container], "initContainers": [{**container, "name": "i"}]}
    template = {"metadata": {"labels": {"app": name}}, "spec": spec}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "annotations": annotations},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template},
    }  # fmt: skip


def _arguments(side: str) -> dict[str, Any]:
    """A workload that is given credentials on its command lines."""
    one = _workload("x", "SHOWN", "shown")
    first, *_ = containers = one["spec"]["template"]["spec"]["containers"]
    first["command"] = ["sh", "-c", f"export PGPASSWORD={planted(f'{side}Shell')}; psql"]
    first["args"] = [
        f"--db-password={planted(f'{side}Arg')}", "--token", planted(f"{side}NextArg"),
        f"--url=postgres://app:{planted(f'{side}ArgUrl')}@db/x",
    ]  # fmt: skip
    containers.append(
        {
            "name": "l",
            "image": "b:1",
            "command": ["mysql"],
            "args": ["-uroot", f"-p{planted(f'{side}Login')}"],
        }
    )
    applied = _workload("x", "SHOWN", "shown")
    applied["spec"]["template"]["spec"]["containers"][0]["args"] = [f"--password={planted(f'{side}ArgLa')}"]
    one["metadata"]["annotations"] = {LAST_APPLIED: json.dumps(applied)}
    return one


def _configuration(side: str) -> dict[str, Any]:
    """A ConfigMap with credentials in files of many kinds."""

    def value(name: str) -> str:
        return planted(f"{side}{name}")

    data = {
        "DB_PASSWORD": value("Entry"), "url": f"amqp://app:{value('EntryUrl')}@mq", "redis.conf": f"port 1\nrequirepass {value('Redis')}\n",
        "application.properties": f"a=b\nspring.datasource.password={value('Properties')}\ndb.password = two words {value('Spaced')}\n",
        ".env": f"A=b\nAPI_TOKEN={value('DotEnv')}\n", "a.json": json.dumps({"db": {"password": value("Json")}}),
        "b.json": json.dumps({"db": {"password": value("Pretty")}}, indent=2), "a.ini": f"[db]\npassword = {value('Ini')}\n",
        "a.yaml": f"db:\n  password: {value('Yaml')}\n  token: |\n    {value('Block')}\n  x: y\n",
        "a.xml": f"<db><password>{value('Xml')}</password></db>",
        "tls.pem": f"-----BEGIN PRIVATE KEY-----\n{value('Key')}\n-----END PRIVATE KEY-----\n",
        "pg": f"db.example:5432:shop:app:{value('Pgpass')}\n", "netrc": f"machine a.example\n  login me\n  password {value('Netrc')}\n",
        "config.json": json.dumps({"auths": {"r.example": {"auth": base64.b64encode(f"me:{value('Docker')}".encode()).decode()}}}),
        "haproxy.cfg": f"listen stats\n  stats auth admin:{value('Statistics')}\n", "users": f"me:$2y$10${value('Hash').ljust(53, 'x')}\n",
        "secret.yaml": f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  x: {value('Inner')}\n",
    }  # fmt: skip
    binary = base64.b64encode(f"a=b\npassword={value('Binary')}\n".encode()).decode()
    notes = {
        "x.io/token": value("Note"),
        "note": f"run it with --password={value('NoteText')} or so",
        LAST_APPLIED: json.dumps({"data": {"PASSWORD": value("Noted")}}),
    }
    metadata = {"name": "conf", "annotations": notes}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "data": data,
        "binaryData": {"a": binary},
    }


def _custom(side: str) -> list[dict[str, Any]]:
    """A definition, and a custom resource with credentials in its fields."""
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
    }
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "dbs", "singular": "db", "kind": "Db", "listKind": "DbList"}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "dbs.x.io"},
        "spec": {"group": "x.io", "scope": "Namespaced", "names": names, "versions": [version]},
    }  # fmt: skip
    spec = {
        "auth": {"password": planted(f"{side}Field"), "token": {"value": planted(f"{side}Wrapped")}}, "passwords": [planted(f"{side}Member")],
        "parameters": [{"name": "db-password", "default": planted(f"{side}Parameter")}],
    }  # fmt: skip
    applied = json.dumps({"spec": {"auth": {"password": planted(f"{side}FieldLa")}}})
    metadata = {"name": "d", "annotations": {LAST_APPLIED: applied}}
    return [definition, {"apiVersion": "x.io/v1", "kind": "Db", "metadata": metadata, "spec": spec}]


def sound(side: str) -> list[dict[str, Any]]:
    """Objects that every command takes; ``side`` makes the values of old and new ones differ."""
    copies = {
        "kapp.k14s.io/original": json.dumps(_secret("copied", stringData={"q": planted(f"{side}Kapp")})),
        "odd": json.dumps({"a": [{"STRINGDATA": {"q": planted(f"{side}OddCase")}}]}),
        "said": f"it is {planted(f'{side}Copied')} now",
        LAST_APPLIED: json.dumps(_secret("copied", {"k": json.dumps({"data": {"q": encoded(f"{side}Nested")}})}, StringData={"z": planted(f"{side}Cased")})),
    }  # fmt: skip
    pod = _workload("p", "AWS_SECRET_ACCESS_KEY", planted(f"{side}PodEnv"))["spec"]["template"]["spec"]
    job = _workload("j", "SECRET_KEY", planted(f"{side}CronEnv"))["spec"]["template"]["spec"]
    pod["containers"][0]["env"].append(
        {"name": "DATABASE", "value": f"postgres://app:{planted(f'{side}Url')}@db/x"}
    )
    once = {"spec": {"template": {"spec": {**job, "restartPolicy": "Never"}}}}
    applied = json.dumps(_workload("w", "API_TOKEN", planted(f"{side}EnvLa")))
    of_config = json.dumps(_secret("z", stringData={"q": planted(f"{side}CopyOfConfigMap")}))
    return [
        _secret("a", data={"password": encoded(f"{side}Data")}, stringData={"x": planted(f"{side}Text")}),
        _secret("copied", copies, data={"p": encoded(f"{side}Copied")}),
        _secret("no-json", {LAST_APPLIED: f"no json {planted(f'{side}NoJson')}"}, data={}),
        _secret("list", {LAST_APPLIED: json.dumps([{"stringData": {"a": planted(f"{side}List")}}])}, data={}),
        {"apiVersion": "v1", "kind": "List", "items": [_secret("held", stringData={"k": planted(f"{side}Held")})]},
        _workload("w", "DB_PASSWORD", planted(f"{side}Env"), **{LAST_APPLIED: applied}),
        {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "c"}, "spec": {"schedule": "0 0 1 1 *", "jobTemplate": once}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": pod},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m", "annotations": {"kapp.k14s.io/original": of_config}}, "data": {"a": "b"}},
        _arguments(side), _configuration(side), *_custom(side),
    ]  # fmt: skip


def names(side: str) -> list[str]:
    """The names of what is planted in these objects."""
    kinds = (
        "Kapp",
        "OddCase",
        "Copied",
        "Nested",
        "Cased",
        "PodEnv",
        "CronEnv",
        "EnvLa",
        "Url",
        "CopyOfConfigMap",
    )
    return [f"{side}{one}" for one in (*kinds, *_GIVEN, "Data", "Text", "NoJson", "List", "Held", "Env")]


def broken() -> dict[str, str]:
    """Files that something is wrong with, each by the name of the value that is planted in it."""
    value = {name: planted(name) for name in _BROKEN}
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: b\n    env:\n"
    head = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"
    both = {"fieldRef": {"fieldPath": "x"}}
    workload = _workload("w", "DB_PASSWORD", value["BothForms"])
    workload["spec"]["template"]["spec"]["containers"][0]["env"][0]["valueFrom"] = both
    return {
        "DataList": json.dumps(_secret("a", data=[value["DataList"]])),
        "DataText": json.dumps(_secret("a", data=value["DataText"])),
        "StringDataList": json.dumps(_secret("a", stringData={"a": [value["StringDataList"]]})),
        "StringDataMap": json.dumps(_secret("a", stringData={"a": {"b": value["StringDataMap"]}})),
        "NoBase64": json.dumps(_secret("a", data={"p": f"%%{value['NoBase64']}"})),
        "BadKey": json.dumps(_secret("a", data={"b/a d": encoded("BadKey")})),
        "BadIndent": f"{head}stringData:\n  password: {value['BadIndent']}\n   x: y\n : [",
        "Unclosed": f"{head}stringData: {{a: {value['Unclosed']}\n",
        "NoManifest": f"password {value['NoManifest']}\n\t- : {value['NoManifest']}\n",
        "EnvFile": f"DB_PASSWORD={value['EnvFile']}\n'\n",
        "BothForms": json.dumps(workload),
        "ListInEnv": f"{pod}    - name: DB_PASSWORD\n      value: [{value['ListInEnv']}]\n",
        "MapInEnv": f"{pod}    - name: API_KEY\n      value: {{a: {value['MapInEnv']}}}\n",
        "TypoInEnv": f"{pod}    - {{name: TOKEN, valu: {value['TypoInEnv']}}}\n",
        "Twice": f"{head}stringData:\n  p: {value['Twice']}\n  p: {value['Twice']}\n",
        "NoVersion": f"kind: Secret\nmetadata: {{name: a}}\nstringData: {{p: {value['NoVersion']}}}\n",
        "OtherGroup": f"apiVersion: foo/v1\nkind: Secret\nmetadata: {{name: a}}\nstringData: {{p: {value['OtherGroup']}}}\n",
        "BadTls": json.dumps(_secret("a", stringData={"tls.crt": value["BadTls"]}, type="kubernetes.io/tls")),
        "BadDocker": json.dumps(_secret("a", stringData={".dockerconfigjson": f"{{{value['BadDocker']}"}, type="kubernetes.io/dockerconfigjson")),
        "UnknownField": json.dumps(_secret("a", strngData={"p": value["UnknownField"]})),
        "SecretList": json.dumps({"apiVersion": "v1", "kind": "SecretList", "items": [{"metadata": {"name": "q"}, "stringData": {"p": value["SecretList"]}}]}),
        "NulByte": f'{head}stringData: {{p: "{value["NulByte"]}\x00"}}\n',
        "LongName": json.dumps(_secret("a" * 300, stringData={"p": value["LongName"]})),
        "Values": f"replicas: 1\npassword: {value['Values']}\n  a: b\n c",
        "BadUrl": f"{pod}    - name: DATABASE\n      value: amqp://app:{value['BadUrl']}@mq\n      x: y\n",
        "UrlInConfigMap": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  u: http://a:{value['UrlInConfigMap']}@b\n  1: x\n c: [",
        "Immutable": json.dumps(_secret("a", stringData={"p": value["Immutable"]}, immutable="yes")),
        **_refused(value),
    }  # fmt: skip


def _refused(value: dict[str, str]) -> dict[str, str]:
    """Files with objects that are no Secrets, each with something that the server refuses and may repeat."""
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    container = {"name": "a", "image": "b"}
    limits = {"minLength": 100, "type": "string", "pattern": "^x"}
    rules = [{"rule": "self.password == 'x'", "messageExpression": "'no ' + self.password"}]
    auth = {
        "type": "object",
        "x-kubernetes-validations": rules,
        "properties": {"password": {**limits, "maxLength": 200}},
    }
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"auth": auth}}}}
    definition, custom = _custom("Old")
    definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = schema
    custom["metadata"] = {"name": "d"}

    def of(spec: Any) -> str:
        return "\n---\n".join(map(json.dumps, (definition, {**custom, "spec": spec})))

    return {
        "ArgNoText": json.dumps({**pod, "spec": {"containers": [{**container, "args": [["--password", value["ArgNoText"]]]}]}}),
        "ArgMap": json.dumps({**pod, "spec": {"containers": [{**container, "args": {"--password": value["ArgMap"]}}]}}),
        "ArgUnknown": json.dumps({**pod, "spec": {"containers": [{**container, "arg": [f"--password={value['ArgUnknown']}"]}]}}),
        "ArgText": json.dumps({**pod, "spec": {"containers": [{**container, "args": f"--password={value['ArgText']}"}]}}),
        "EntryList": json.dumps({**config, "data": {"DB_PASSWORD": [value["EntryList"]]}}),
        "EntryMap": json.dumps({**config, "data": {"password": {"a": value["EntryMap"]}}}),
        "EntryTwice": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  password: {value['EntryTwice']}\n  password: {value['EntryTwice']}\n",
        "EntryData": json.dumps({**config, "data": f"password={value['EntryData']}"}),
        "NoteNumber": json.dumps({**config, "metadata": {"name": "a", "annotations": {"x.io/password": [value["NoteNumber"]]}}}),
        "NoteLast": json.dumps({**config, "metadata": {"name": "a b", "annotations": {LAST_APPLIED: f"password: {value['NoteLast']}"}}}),
        "LabelText": json.dumps({**config, "metadata": {"name": "a", "labels": {"token": f"{value['LabelText']} x"}}}),
        "FieldShort": of({"auth": {"password": value["FieldShort"]}}),
        "FieldRule": of({"auth": {"password": "x" + value["FieldRule"] * 8}}),
        "FieldType": of({"auth": {"password": [value["FieldType"]]}}),
        "FieldText": of({"auth": f"password={value['FieldText']}"}),
        "FieldUnknown": of({"auth": {"token": value["FieldUnknown"]}}),
    }  # fmt: skip


def plant(folder: Path) -> None:
    """Write all of it: old.yaml, new.yaml, a dump of old.yaml, a file a name in broken/, and a link out of the tree."""
    for side in ("Old", "New"):
        text = "\n---\n".join(map(json.dumps, sound(side)))
        (folder / f"{side.lower()}.yaml").write_text(text)
    objects = [each for one in sound("Old") for each in one.get("items") or [one]]
    objects.append(_event("p", f"Exec lifecycle hook ([mysql --password={planted('OldSaid')}]) failed"))
    (folder / "dump.json").write_text(json.dumps(_dump(objects)))
    (folder / "broken").mkdir()
    for name, text in broken().items():
        (folder / "broken" / f"{name}.yaml").write_text(text)
    outside = folder.parent / f"{folder.name}-outside.yaml"
    outside.write_text(f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {planted('Outside')}\n b: c\n: [\n")
    (folder / "link.yaml").symlink_to(outside)


def _event(name: str, message: str) -> dict[str, Any]:
    about = {"apiVersion": "v1", "kind": "Pod", "name": name, "namespace": "default"}
    seen = {
        "firstTimestamp": "2026-01-01T00:00:00Z",
        "lastTimestamp": "2026-01-01T00:00:00Z",
        "count": 1,
        "type": "Warning",
    }
    said = {"involvedObject": about, "reason": "FailedPostStartHook", "message": message, **seen}
    return {"apiVersion": "v1", "kind": "Event", "metadata": {"name": f"{name}.1"}, **said}


def _dump(objects: list[dict[str, Any]]) -> dict[str, Any]:
    items = []
    for number, one in enumerate(json.loads(json.dumps(objects))):
        if one["kind"] == "CustomResourceDefinition":
            one["status"] = {
                "conditions": [{"type": "Established", "status": "True"}],
                "storedVersions": ["v1"],
            }
        known = {
            "uid": f"u{number}",
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "resourceVersion": str(number + 1),
        }
        if one["kind"] != "CustomResourceDefinition":
            known["namespace"] = "default"
        one["metadata"].update(known)
        for key, text in one.pop("stringData", {}).items():
            one.setdefault("data", {})[key] = base64.b64encode(text.encode()).decode()
        items.append(one)
    return {"apiVersion": "v1", "kind": "List", "items": items}
