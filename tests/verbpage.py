"""The page about kubectl's verbs: what of kubectl's command line kplan leaves out,
refuses or reads without an effect.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kplan.kubectl.absent import COMMANDS
from kplan.kubectl.globalflags import GLOBAL
from kplan.kubectl.invocation import load
from kplan.kubectl.verbs import VERBS

_CHARTS = "kplan builds no charts within a kustomization; `--helm` and `kplan fleet` render charts"
_PLUGINS = "kplan runs no programs for a kustomization"
FLAGS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("kustomize", "as-current-user"): _PLUGINS,
        ("kustomize", "enable-alpha-plugins"): _PLUGINS,
        ("kustomize", "enable-helm"): _CHARTS,
        ("kustomize", "env"): _PLUGINS,
        ("kustomize", "helm-api-versions"): _CHARTS,
        ("kustomize", "helm-command"): _CHARTS,
        ("kustomize", "helm-debug"): _CHARTS,
        ("kustomize", "helm-kube-version"): _CHARTS,
        ("kustomize", "mount"): _PLUGINS,
        ("kustomize", "network"): _PLUGINS,
        ("kustomize", "network-name"): _PLUGINS,
        ("kustomize", "output"): "what is built is printed; a shell writes it to a file",
    }
)
"""kubectl's flags that kplan's verbs do not have, and why."""
_MANY = 8
_HEAD = """# kubectl's verbs

<!-- written by 'make generate' -->

kplan's verbs take the command lines of kubectl 1.36: the same words, flags, outputs and refusals. The help of each lists its
flags. Below is where they differ: every flag of kubectl that is not listed here does in kplan what it does in
kubectl, on the state ([sandbox.md](sandbox.md)). Files of `--raw` may hold YAML as well as JSON.
"""


@cache
def of_kubectl() -> Mapping[str, frozenset[str]]:
    """The flags of every command of kubectl 1.36, as its help lists them."""
    text = (Path(__file__).parent / "kubectl-flags.json").read_text(encoding="utf-8")
    return {name: frozenset(flags) for name, flags in json.loads(text).items()}


def page() -> str:
    """``docs/verbs.md``."""
    parts = [_HEAD, *_section("Commands that kplan does not have", "command", COMMANDS.items())]
    left = ((f"{verb} --{name}", why) for (verb, name), why in FLAGS.items())
    parts += _section("Flags that kplan does not have", "flag", left)
    parts += _section("Flags that are refused, as they would need a cluster", "flag", _refused())
    parts += _section("Flags that are read and have no effect", "flag", _inert())
    return "".join(parts)


def _section(title: str, what: str, rows: "Iterator[tuple[str, str]]") -> list[str]:
    lines = [f"| `{name}` | {why} |\n" for name, why in rows]
    return [f"\n## {title}\n\n| {what} | why |\n|---|---|\n", *lines]


def _refused() -> Iterator[tuple[str, str]]:
    for flag in GLOBAL:
        if flag.help.endswith(".") and not flag.inert and not flag.name.startswith(("as", "warnings-as")):
            yield f"--{flag.name}", f"{flag.help.removesuffix('.')}: kplan connects to no cluster"
    yield "delete --interactive", "refused only if there is nobody to ask"
    yield "apply --subresource=scale", "`kplan patch --subresource=scale` changes it"
    yield "set env -", "standard input holds no variables here; they are written as NAME=VALUE"


def _inert() -> Iterator[tuple[str, str]]:
    """Flags without an effect, those of several verbs with the same reason once."""
    found: dict[tuple[str, str], list[str]] = {}
    for flag in GLOBAL:
        if flag.inert:
            found[flag.name, flag.help] = []
    for listed in VERBS:
        for flag in load(listed).flags:
            if flag.inert:
                found.setdefault((flag.name, flag.help), []).append(listed.name)
    for (name, text), verbs in sorted(found.items()):
        why = text.partition("Accepted as in kubectl")[2].strip(" :,.") or "nothing depends on it"
        where = f"{len(verbs)} verbs" if len(verbs) > _MANY else ", ".join(verbs) or "every verb"
        yield f"--{name}", f"{why} ({where})"
