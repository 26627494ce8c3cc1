"""All checks over all objects."""

import json
from collections.abc import Iterable, Iterator

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json, Object
from kplan.api.walk import items, text
from kplan.diagnostics import Diagnostic
from kplan.kubectl.last_applied import original_text
from kplan.schema.catalog import Catalog
from kplan.upgrade.check import Check, Problem, Subject, Use
from kplan.upgrade.checks import all_checks


def check(objects: Iterable[Object], start: Catalog, target: Catalog) -> Iterator[Diagnostic]:
    """What an upgrade breaks or changes in objects; those that controllers made are left to their controllers."""
    for one in (one for one in objects if not _is_made(one.value)):
        subject = Subject(one.value, tuple(_uses(one)), start, target)
        for member in all_checks():
            for problem in member.check(subject):
                yield _finding(member, one, problem)


def _is_made(value: Json) -> bool:
    return any(owner.get("controller") for _, owner in items(value.get("metadata"), "ownerReferences"))


def _uses(one: Object) -> Iterator[Use]:
    """The apiVersion of an object, that of its last apply, and those of its field managers."""
    yield Use(one.gvk)
    metadata = one.metadata
    applied = _applied_version(one.value) if isinstance(metadata.get("annotations"), dict) else ""
    if applied and applied != one.gvk.api_version:
        yield Use(GroupVersionKind.of(applied, one.gvk.kind), "kubectl apply")
    managers = metadata.get("managedFields")
    seen = {one.gvk.api_version, applied}
    for entry in managers if isinstance(managers, list) else ():
        version = text(entry, "apiVersion")
        if version and version not in seen:
            seen.add(version)
            yield Use(GroupVersionKind.of(version, one.gvk.kind), text(entry, "manager"))


def _applied_version(value: Json) -> str:
    try:
        return text(json.loads(original_text(value) or "{}"), "apiVersion")
    except ValueError:
        return ""


def _finding(member: Check, one: Object, problem: Problem) -> Diagnostic:
    document, title = one.origin, str(one.key)
    advice = problem.help or member.fix
    if document is None:
        return Diagnostic(member.code, problem.message, member.severity, title, problem.path, help=advice)
    span = document.locate(problem.path)
    return Diagnostic(
        member.code, problem.message, member.severity, title, problem.path, document.source.location(span),
        document.source.excerpt(span), advice,
    )  # fmt: skip
