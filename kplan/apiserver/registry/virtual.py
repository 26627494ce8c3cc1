"""Kinds that are answered and never stored: reviews of who somebody is and what they may do.

Without credentials and rules to go by, the answer is the one a cluster gives to a stranger.

Upstream: pkg/registry/authorization, pkg/registry/authentication
"""

from kplan.api.object import Json
from kplan.apiserver import errors, field
from kplan.apiserver.attributes import ADMIN
from kplan.apiserver.field import ErrorList
from kplan.apiserver.registry.strategy import Context, Strategy, no_errors
from kplan.fieldpath import FieldPath
from kplan.schema.discovery import Resource


def strategy_for(resource: Resource) -> Strategy:
    """Make the strategy of a kind that only passes through."""
    validate = (
        _validate_access if resource.kind in ("SubjectAccessReview", "LocalSubjectAccessReview") else _accept
    )
    return Strategy(
        resource.group, resource.kind, validate, no_errors, prepare_for_create=_answer, virtual=True
    )


def _answer(obj: Json, context: Context) -> None:
    kind = obj["kind"]
    if kind == "TokenReview":
        if not (obj.get("spec") or {}).get("token"):
            raise errors.bad_request("token is required for TokenReview in authentication")
        obj["status"] = {"user": {}, "error": "invalid bearer token"}
    elif kind == "SelfSubjectReview":
        obj["status"] = {"userInfo": {"username": ADMIN.name, "groups": list(ADMIN.groups)}}
    elif kind == "SelfSubjectAccessReview":
        obj["status"] = {"allowed": True}
    elif kind.endswith("AccessReview"):
        obj["status"] = {"allowed": False}


def _accept(_obj: Json) -> ErrorList:
    return []


def _validate_access(obj: Json) -> ErrorList:
    spec, path = obj.get("spec") or {}, FieldPath("spec")
    found: ErrorList = []
    if "resourceAttributes" in spec and "nonResourceAttributes" in spec:
        shown = {
            "Path": spec["nonResourceAttributes"].get("path", ""),
            "Verb": spec["nonResourceAttributes"].get("verb", ""),
        }
        detail = "cannot be specified in combination with resourceAttributes"
        found.append(field.invalid(path / "nonResourceAttributes", shown, detail))
    elif "resourceAttributes" not in spec and "nonResourceAttributes" not in spec:
        detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        found.append(field.invalid(path / "resourceAttributes", None, detail))
    if not spec.get("user") and not spec.get("groups"):
        found.append(field.invalid(path / "user", "", "at least one of user or group must be specified"))
    return found
