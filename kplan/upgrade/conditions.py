"""Where a change applies: the places of an object that a row of the table is about, and whether its condition holds."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.apiserver.validation.ip import parse_cidr, parse_ip
from kplan.fieldpath import ROOT, FieldPath
from kplan.schema.changes.upgrades import PODS, Change, Effect, changes_between
from kplan.upgrade.check import Problem, Subject

_KEY: Final = "key:"


def problems(subject: Subject, effect: Effect) -> Iterator[Problem]:
    """The problems that changes of one kind cause for an object."""
    for change in changes_between(*subject.minors, effect):
        for path in _places(subject, change):
            yield Problem(path, change.message, change.advice)


def _places(subject: Subject, change: Change) -> Iterator[FieldPath]:
    value: Any
    if PODS in change.kinds:
        template = subject.template
        value, root = (template.value, template.path) if template else ({}, ROOT)
    elif subject.kind in change.kinds:
        value, root = subject.value, ROOT
    else:
        return
    for path, key, found in _walk(value, change.path.replace("[*]", ".*").split("."), root, ""):
        if _holds(change.condition, key, found):
            yield path


def _walk(value: Any, names: list[str], path: FieldPath, key: str) -> Iterator[tuple[FieldPath, str, Any]]:
    """Every place that a path leads to, with its last step and what is there."""
    if not names:
        yield path, key, value
    elif names[0] != "*":
        if isinstance(value, Mapping) and value.get(names[0]) is not None:
            yield from _walk(value[names[0]], names[1:], path / names[0], names[0])
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _walk(item, names[1:], path / number, "")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _walk(item, names[1:], path.key(str(name)), str(name))


def _holds(condition: str, key: str, value: Any) -> bool:
    match condition:
        case "":
            return True
        case "lenient-ip":
            address = parse_ip(value) if isinstance(value, str) else None
            return address is not None and (address.mapped or not address.strict)
        case "lenient-cidr":
            return isinstance(value, str) and _is_lenient_cidr(value)
    if condition.startswith(_KEY):
        return re.fullmatch(condition.removeprefix(_KEY), key) is not None
    return re.fullmatch(condition, str(value)) is not None


def _is_lenient_cidr(text: str) -> bool:
    """Whether a CIDR was taken before and is not any more: zeros before numbers, or an address within the network."""
    network = parse_cidr(text)
    if network is None:
        return False
    address = network.address
    return not network.strict or address.mapped or network.masked() != address.number
