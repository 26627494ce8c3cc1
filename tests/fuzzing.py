"""Documents and dumps of clusters made at random, from the schemas of all kinds and from sound manifests, and
what kplan says to them.

Cases run one after the other in a process of their own, which is given up for a new one after a while: so a case costs
what its command costs, and no start.
"""

import contextlib
import io
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from tests import dumps

ROOT = Path(__file__).parent.parent
SOUND = str(ROOT / "fixtures" / "manifests" / "shop")
HANG_SECONDS = 10
"""CPU time after which a case is ended."""
SLOW_SECONDS = 2.0
MEBIBYTES = 2048
DOCUMENTS = (
    "lint {}", "lint {} -o grouped", "lint {} -o markdown", "lint --select ALL {}", "dry-run -f {} -o jsonl", "diff -f {}",
    "plan -f {}", "plan -f {} -o json", "diff -f {} --server-side", "upgrade --to 1.37 -f {}", "graph -f {}",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    "", "x", 0, -1, 1, 10**30, 10**400, 2**63, 1.5, 1e308, None, True, False, [], {}, [[]], [None], {"": None}, {"a": {"b": {}}},
    "\x1b[31m", "9" * 300, "1e999999", "99999999999999999999Gi", "0x1F", "a" * 70, "*", "%s%d", "../..", "\u202e", "1/0", "NaN",
    "::1", "0.0.0.0/0", "2026-02-30T25:61:61Z", "9999-12-31T23:59:59Z", "* * * * *", "0 0 31 2 *", "$(a)", "{{a}}", "<html>",
    2147483647, 2147483648, "\ud800", "a/b/c", "-1", "5%", "500%", "true", "\u00b2",
)  # fmt: skip
_TEXTS = (
    "a", "web", "Always", "Never", "TCP", "10.0.0.1", "10.0.0.0/8", "1Gi", "100m", "app=web", "/a", "http", "In", "Exists", "True",
    "*/5 * * * *", "Allow", "v1", "apps/v1", "Deployment", "metadata.name", "self == self", "^a+$", "nginx:1.27", "2026-01-01T00:00:00Z", "",
)  # fmt: skip
_MANAGED: Any = [
    {
        "manager": "kubectl", "operation": "Apply", "apiVersion": "v1", "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:labels": {".": {}, "f:a": {}}}, "f:spec": {"f:ports": {'k:{"port":80}': {".": {}}}}},
    }
]  # fmt: skip


class Wrong(NamedTuple):
    """A case that did not end well."""

    command: str
    document: str
    problem: str


class Tally(NamedTuple):
    """How many documents and commands were run, and what was wrong."""

    commands: int
    documents: int
    wrong: Sequence[Wrong]


class Maker:
    """Makes documents at random; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        from kplan.schema.catalog import Catalog

        self.chance = random.Random(seed)
        self._definitions = Catalog.for_version().definitions
        self._kinds = [
            gvk
            for gvk in self._definitions.kinds
            if "metadata" in ((self._definitions.of(gvk) or {}).get("properties") or {})
            and not gvk.kind.endswith("List")
        ]
        self._sound = sound()

    def document(self) -> Any:
        """One document."""
        if self.chance.random() < 0.5:
            return mutated(self.chance, self.chance.choice(self._sound))
        return self._of_schema()

    def documents(self) -> list[Any]:
        """The documents of one file; a few files hold many."""
        most = self.chance.choice((4, 12, 60))
        return [self.document() for _ in range(self.chance.randint(1, most))]

    def dump(self) -> list[Any]:
        """What a cluster might have printed: a sound cluster with little wrong, or objects that chance made."""
        if self.chance.random() < 0.7:
            return dumps.damaged(self.chance, ODD)
        return [self._stored() for _ in range(self.chance.randint(1, 8))]

    def _stored(self) -> Any:
        """One object as a cluster might have printed it."""
        made = self.document()
        if not isinstance(made, dict):
            return made
        metadata = made.get("metadata")
        uid, created = f"u-{self.chance.random()}", "2026-01-01T00:00:00Z"
        known = {"uid": uid, "creationTimestamp": created, "resourceVersion": "7", "namespace": "default"}
        if isinstance(metadata, dict) and self.chance.random() < 0.95:
            made["metadata"] = {**known, **metadata}
            if self.chance.random() < 0.2:
                made["metadata"]["managedFields"] = mutated(self.chance, _MANAGED)
        return made

    def _of_schema(self) -> Any:
        gvk = self.chance.choice(self._kinds)
        made = self._value(self._definitions.of(gvk) or {}, 0)
        if not isinstance(made, dict):
            return made
        named = {"name": self.chance.choice(("a", "b", "web", "x.y"))}
        metadata = made.get("metadata")
        version = f"{gvk.group}/{gvk.version}" if gvk.group else gvk.version
        return {
            **made,
            "apiVersion": version,
            "kind": gvk.kind,
            "metadata": {**(metadata if isinstance(metadata, dict) else {}), **named},
        }

    def _value(self, schema: Any, depth: int) -> Any:
        chance = self.chance
        if chance.random() < 0.04:
            return chance.choice(ODD)
        schema = self._definitions.resolve(schema)
        kind = schema.get("type")
        if "properties" in schema:
            rate = 0.7 if depth < 3 else 0.25 if depth < 7 else 0.0
            keys = [key for key in schema["properties"] if chance.random() < rate]
            return {key: self._value(schema["properties"][key], depth + 1) for key in keys}
        if kind == "array":
            return [self._value(schema.get("items") or {}, depth + 1) for _ in range(chance.randint(0, 2))]
        if kind == "object":
            inner = schema.get("additionalProperties") or {}
            return {
                chance.choice(("a", "b/c", "cpu", "memory", "")): self._value(inner, depth + 1)
                for _ in range(chance.randint(0, 2))
            }
        if kind in ("integer", "number"):
            return chance.choice((0, 1, 2, 3, 80, -1, 2**31 - 1, 2**31, 2**63))
        if kind == "boolean":
            return chance.random() < 0.5
        return chance.choice(_TEXTS)


def mutated(chance: random.Random, value: Any) -> Any:
    """A value with something of it replaced, dropped, renamed or repeated."""
    if chance.random() < 0.06:
        return chance.choice(ODD)
    if isinstance(value, dict):
        kept = {key: mutated(chance, one) for key, one in value.items() if chance.random() > 0.03}
        if kept and chance.random() < 0.02:
            kept[str(chance.choice(ODD))] = kept.pop(chance.choice(list(kept)))
        return kept
    if isinstance(value, list):
        return [mutated(chance, one) for one in value for _ in range(chance.choice((1, 1, 1, 1, 2)))]
    return value


@cache
def sound() -> Sequence[Any]:
    """Sound documents to start from: of the manifests in the fixtures and of the examples
    that rules and risks carry.
    """
    import yaml

    texts = [path.read_text() for path in sorted((ROOT / "fixtures" / "manifests").rglob("*.yaml"))]
    texts += _examples()
    found: list[Any] = []
    for text in texts:
        try:
            loaded = yaml.load_all(text, yaml.CSafeLoader)
            found += [one for one in loaded if isinstance(one, dict) and "kind" in one]
        except (yaml.YAMLError, ValueError):
            continue
    return found


def _examples() -> Iterator[str]:
    from kplan.lint.rules import all_rules
    from kplan.plan.risks import all_risks

    for rule in all_rules():
        yield from (*rule.good, *rule.bad)
    for risk in all_risks():
        for example in (risk.at_risk, risk.safe):
            yield from (text for text in (example.prior, example.applied) if text)


def written(chance: random.Random, items: list[Any], path: Path) -> None:
    """Write documents in one of the ways a file may hold them."""
    import yaml

    if chance.random() < 0.3:
        with contextlib.suppress(yaml.YAMLError, ValueError):
            path.write_text(
                "---\n".join(yaml.safe_dump(one, allow_unicode=True) for one in items), errors="replace"
            )
            return
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    if chance.random() < 0.05:
        place = chance.randrange(len(text))
        text = (
            text[:place] + chance.choice(('"', "}", "\x00", "\t", "&a", "*a", "\ufeff", "\\")) + text[place:]
        )
    path.write_text(text, errors="replace")


class _HungError(BaseException):
    """A case took too much time."""


def _hang(*_: object) -> None:
    raise _HungError


def one(command: str, path: str) -> tuple[str, float, str]:
    """Run one command in this process: what was wrong with it, the CPU time it took, and what it printed."""
    from kplan.cli import main as entry

    broken: list[str] = []

    def remember(bug: Exception) -> int:
        broken.append("".join(traceback.format_exception(bug))[-1500:])
        return 3

    out, start = io.TextIOWrapper(io.BytesIO(), "utf-8", "replace"), time.process_time()
    signal.signal(signal.SIGPROF, _hang)
    signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)
    try:
        told = contextlib.redirect_stdout(out), contextlib.redirect_stderr(out)
        with mock.patch.object(entry, "_report_bug", remember), told[0], told[1]:
            code = entry.run([path if word == "{}" else word for word in command.split()])
    except _HungError:
        code = -1
        broken.append("hung:\n" + traceback.format_exc()[-1500:])
    except BaseException:  # noqa: BLE001 - nothing may get out
        code = -2
        broken.append(traceback.format_exc()[-1500:])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    took = time.process_time() - start
    out.seek(0)
    said = out.read()
    if not broken and code not in (0, 1, 2):
        broken.append(f"exit code {code}")
    if not broken and "(see 'kplan" in said:
        broken.append(f"not a command: {said.strip()}")
    if not broken and any(mark in said for mark in "\x1b\x07\x9b"):
        broken.append("a control character")
    if not broken and took > SLOW_SECONDS:
        broken.append(f"slow: {took:.1f} s")
    return "".join(broken), took, said


def batch(seed: int, cases: int, folder: str, *, states: bool) -> Tally:
    """Run so many cases in this process."""
    os.chdir(folder)
    maker = Maker(seed)
    commands = [text.replace("SOUND", SOUND) for text in (dumps.COMMANDS if states else DOCUMENTS)]
    path = Path(folder, "made.yaml")
    documents, wrong = 0, list[Wrong]()
    for _ in range(cases):
        items = maker.dump() if states else maker.documents()
        documents += len(items)
        written(maker.chance, items, path)
        command = maker.chance.choice(commands)
        problem, _, _ = one(command, str(path))
        if problem:
            wrong.append(Wrong(command, path.read_text(errors="replace"), problem))
    return Tally(cases, documents, wrong)


@cache
def warm() -> None:
    """Load here what every batch needs, so that a process made from this one begins with its cases."""
    Maker(0)
    one("lint {}", SOUND)


def apart(seed: int, cases: int, *, states: bool) -> Tally:
    """Run a batch in a process of its own; where that dies, it is what is wrong."""
    warm()
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "answer.json")
        child = os.fork()
        if not child:
            try:
                resource.setrlimit(resource.RLIMIT_AS, (MEBIBYTES << 20, MEBIBYTES << 20))
                found = batch(seed, cases, folder, states=states)
                answer.write_text(json.dumps(found), errors="replace")
            except BaseException:  # noqa: BLE001 - told to the parent
                traceback.print_exc()
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        if not answer.exists():
            made = Path(folder, "made.yaml")
            text = made.read_text(errors="replace") if made.exists() else ""
            return Tally(0, 0, [Wrong("?", text, f"the process died: {status}")])
        commands, documents, wrong = json.loads(answer.read_text())
        return Tally(commands, documents, [Wrong(*one) for one in wrong])


def main() -> int:
    """Fuzz for some seconds and keep what went wrong in a folder."""
    seconds, seed, kept = float(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    kept.mkdir(parents=True, exist_ok=True)
    end, commands, documents, dumps = time.monotonic() + seconds, 0, 0, 0
    while time.monotonic() < end:
        states = seed % 4 == 0
        found = apart(seed, 150, states=states)
        seed += 1
        commands += found.commands
        documents, dumps = documents + found.documents * (not states), dumps + found.commands * states
        for number, wrong in enumerate(found.wrong):
            (kept / f"{seed}-{number}.txt").write_text(
                f"{wrong.command}\n{wrong.problem}\n", errors="replace"
            )
            (kept / f"{seed}-{number}.in").write_text(wrong.document, errors="replace")
        sys.stdout.write(f"{commands} commands, {documents} documents, {dumps} dumps, seed {seed}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
