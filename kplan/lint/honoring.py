"""Comments and annotations of other linters, for those who change over:
each silences the rules that stand for its check.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from kplan.api.object import Object
from kplan.api.walk import mapping
from kplan.api.workloads import group_kind, pod_template
from kplan.lint.ignores import Ignore, place_of, title_of
from kplan.lint.otherlinter import Tool
from kplan.manifest.comments import comments

if TYPE_CHECKING:
    from kplan.manifest.source import Source


_ALL: Final = "*"
_TRUE: Final = ("true", "t", "1")
_CHECKOV: Final = re.compile(r"(?:checkov\.io|bridgecrew\.io)/skip\d*")
_CHECKOV_COMMENT: Final = r"#\s*(?:checkov|bridgecrew):skip=(?P<checks>CKV\d?_\w+(?:,\s*CKV\d?_\w+)*)"
_PARTS: Final[Mapping[str, str]] = {
    "kube-linter:host-pid": "hostPID", "polaris:hostPIDSet": "hostPID", "checkov:CKV_K8S_17": "hostPID",
    "kube-linter:host-ipc": "hostIPC", "polaris:hostIPCSet": "hostIPC", "checkov:CKV_K8S_18": "hostIPC",
    "kube-linter:host-network": "hostNetwork", "polaris:hostNetworkSet": "hostNetwork", "checkov:CKV_K8S_19": "hostNetwork",
    "datree:CONTAINERS_INCORRECT_HOSTPID_VALUE_TRUE": "hostPID", "datree:CONTAINERS_INCORRECT_HOSTIPC_VALUE_TRUE": "hostIPC",
    "datree:CONTAINERS_INCORRECT_HOSTNETWORK_VALUE_TRUE": "hostNetwork",
    "kube-linter:liveness-port": "livenessProbe", "kube-linter:readiness-port": "readinessProbe",
    "kube-linter:startup-port": "startupProbe", "polaris:hostProcess": "hostProcess", "polaris:runAsPrivileged": "privileged",
    "kube-linter:pdb-max-unavailable": "maxUnavailable", "kube-linter:pdb-min-available": "minAvailable",
}  # fmt: skip
"""What findings of a rule are about, for tools that split it into several checks."""


def written_for(objects: Iterable[Object], tools: Collection[str]) -> Iterator[Ignore]:
    """The suppressions written for these tools in the input."""
    given = list(objects)
    for one in given:
        for check in _annotated(one, tools):
            yield from _ignores(one, check)
    if Tool.CHECKOV in tools:
        yield from _comments(given)


def _annotated(one: Object, tools: Collection[str]) -> Iterator[str]:
    """The checks, as ``polaris:hostPIDSet``, that annotations of an object, and of its pods, leave out."""
    template = pod_template(one.value, group_kind(one.value))
    of_pods = (
        mapping(one.value, *map(str, template.path.steps), "metadata", "annotations") if template else {}
    )
    for name, value in {**of_pods, **mapping(one.value, "metadata", "annotations")}.items():
        text = value if isinstance(value, str) else ""
        yield from (check for check in _checks(str(name), text) if check.partition(":")[0] in tools)


def _checks(name: str, text: str) -> Iterator[str]:
    prefix, _, rest = name.partition("/")
    match prefix:
        case "ignore-check.kube-linter.io":
            yield f"kube-linter:{rest}"
        case "kube-linter.io" if rest == "ignore-all":
            yield f"kube-linter:{_ALL}"
        case "kube-score" if rest == "ignore":
            yield from (f"kube-score:{one.strip()}" for one in text.split(","))
        case "polaris.fairwinds.com" if text.lower() in _TRUE:
            check = rest.removesuffix("exempt").removesuffix("-")
            yield f"polaris:{check or _ALL}" if rest.endswith("exempt") else ""
        case "datree.skip":
            yield f"datree:{rest}"
        case _ if _CHECKOV.fullmatch(name):
            yield f"checkov:{text.partition('=')[0].strip()}"


def _ignores(one: Object, check: str) -> Iterator[Ignore]:
    file, lines = place_of(one)
    codes = _standing_for(check)
    if codes:
        yield Ignore(codes, lines, file, about=title_of(one), only=_PARTS.get(check, ""), own=False)


@cache
def _standing_for(check: str) -> frozenset[str]:
    """The rules that cover a check of another tool; for all of its checks, every rule that covers one."""
    from kplan.lint.rules import all_rules  # noqa: PLC0415 - all of them, for their aliases

    tool, _, name = check.partition(":")
    return frozenset(
        rule.code
        for rule in all_rules()
        if any(alias == check or (name == _ALL and alias.startswith(f"{tool}:")) for alias in rule.aliases)
    )


def _comments(objects: Sequence[Object]) -> Iterator[Ignore]:
    """What checkov's comments silence: the object around them."""
    sources: dict[str, Source] = {
        source.name: source for one in objects if one.origin for source in one.origin.sources
    }
    lines = {
        name: [number for number, _ in comments(source, _CHECKOV_COMMENT)]
        for name, source in sources.items()
        if ":skip=" in source.text
    }
    for one in objects:
        file, (first, last) = (
            place_of(one) if one.origin and lines.get(one.origin.sources[0].name) else ("", (0, -1))
        )
        found = comments(sources[file], _CHECKOV_COMMENT) if file else ()
        for names in (comment["checks"] for number, comment in found if first <= number <= last):
            for name in names.split(","):
                yield from _ignores(one, f"checkov:{name.strip()}")
