"""Kinds that are answered and never stored: token and access reviews.

A review of somebody's access is decided by the roles of the state; without credentials, that of a token is the
one for an unknown user.

Upstream: pkg/registry/authorization, pkg/registry/authentication
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import errors
from kplan.apiserver.attributes import User
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
        status = {"allowed": True} if kind == "SelfSubjectAccessReview" else _decide(obj, context)
        obj["status"] = {**status, "evaluationError": unreadable} if unreadable else status


def _decide(review: Json, context: Context) -> Json:
    """RBAC's answer for the user of a review. Deviation: it does not name the binding that allows something."""
    from kplan.apiserver.authorization.authorizer import Access, authorize  # noqa: PLC0415 - reviews are rare

    spec = review.get("spec") or {}
    asked, url = spec.get("resourceAttributes") or {}, spec.get("nonResourceAttributes") or {}
    access = Access(
        (asked or url).get("verb", ""),
        asked.get("group", ""),
        asked.get("resource", ""),
        asked.get("subresource", ""),
        asked.get("name", ""),
        asked.get("namespace", ""),
        url.get("path", ""),
    )
    user = User(spec.get("user", ""), tuple(spec.get("groups") or ()), spec.get("uid", ""))
    decision = authorize(user, access, context.store)
    return {"allowed": decision.allowed, **({"reason": decision.reason} if decision.reason else {})}


def _accept(_obj: Json) -> ErrorList:
    return []
