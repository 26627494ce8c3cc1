"""Kinds that are answered and never stored: token and access reviews.

Without credentials and rules to decide by, the answer is the one for an unknown user.

Upstream: pkg/registry/authorization, pkg/registry/authentication
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import errors
from kplan.apiserver.field import ErrorList
from kplan.apiserver.registry.strategy import Context, Strategy, no_errors
from kplan.apiserver.validation import authorization
from kplan.schema.discovery import Resource

_VALIDATE: Final[Mapping[str, Callable[[Json], ErrorList]]] = {
    "SubjectAccessReview": authorization.validate_subject_access_review,
    "LocalSubjectAccessReview": authorization.validate_local_subject_access_review,
    "SelfSubjectAccessReview": authorization.validate_self_subject_access_review,
}


def strategy_for(resource: Resource) -> Strategy:
    """Make the strategy of a kind that only passes through."""
    validate = _VALIDATE.get(resource.kind, _accept)
    return Strategy(
        resource.group, resource.kind, validate, no_errors, prepare_for_create=_answer, virtual=True
    )


def _answer(obj: Json, context: Context) -> None:
    kind = obj["kind"]
    if kind == "TokenReview":
        if not (obj.get("spec") or {}).get("token"):
            raise errors.bad_request("token is required for TokenReview in authentication")
        sent = {name: value for name, value in (obj.get("status") or {}).items() if name != "authenticated"}
        obj["status"] = {"user": {}, **sent, "error": "invalid bearer token"}
    elif kind == "SelfSubjectReview":
        user = context.user
        uid = {"uid": user.uid} if user.uid else {}
        obj["status"] = {"userInfo": {"username": user.name, **uid, "groups": list(user.groups)}}
    elif kind.endswith("AccessReview"):
        from kplan.apiserver.registry.selecting_reviews import evaluation_error  # noqa: PLC0415 - few ask about selectors

        unreadable = evaluation_error((obj.get("spec") or {}).get("resourceAttributes") or {})
        status = {"allowed": kind == "SelfSubjectAccessReview"}
        obj["status"] = {**status, "evaluationError": unreadable} if unreadable else status


def _accept(_obj: Json) -> ErrorList:
    return []
