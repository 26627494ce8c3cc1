"""What the API server answers when it refuses: a Status, raised as StatusError.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go
"""

from collections.abc import Sequence
from typing import Any

from kplan.apiserver.field import ErrorList, go_quote
from kplan.errors import aggregate
from kplan.namedtuples import NamedTuple


class Cause(NamedTuple):
    """One reason inside a Status: machine-readable type, field path and text."""

    type: str
    message: str
    field: str = ""


class StatusError(Exception):
    """A refusal, with the HTTP code, reason, message and causes of a real API server."""

    def __init__(self, code: int, reason: str, message: str, causes: Sequence[Cause] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.causes = tuple(causes)
        self.warnings: tuple[str, ...] = ()
        """What the server warned of before it refused."""
        self.found: ErrorList = []
        """The errors behind its causes."""

    def status(self) -> dict[str, Any]:
        """The Status object as JSON."""
        causes = [{"reason": c.type, "message": c.message, "field": c.field} for c in self.causes]
        details = {"details": {"causes": causes}} if causes else {}
        return {
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "reason": self.reason, **details, "code": self.code,
        }  # fmt: skip


def bad_request(message: str) -> StatusError:
    """400: the body cannot be read as the type it claims to be."""
    return StatusError(400, "BadRequest", message)


def not_found(group_resource: str, name: str) -> StatusError:
    """404: no such object."""
    return StatusError(404, "NotFound", f'{group_resource} "{name}" not found')


def no_match(kind: str, api_version: str) -> StatusError:
    """404: the kind is not served."""
    return StatusError(404, "NoMatch", f'no matches for kind "{kind}" in version "{api_version}"')


def already_exists(group_resource: str, name: str) -> StatusError:
    """409: the name is taken."""
    return StatusError(409, "AlreadyExists", f'{group_resource} "{name}" already exists')


def conflict(group_resource: str, name: str, message: str) -> StatusError:
    """409: the object has been modified, or another manager owns a field."""
    return StatusError(
        409, "Conflict", f'Operation cannot be fulfilled on {group_resource} "{name}": {message}'
    )


def forbidden(group_resource: str, name: str, message: str) -> StatusError:
    """403: an admission plug-in refused the request."""
    subject = f'{group_resource} "{name}"' if name else group_resource
    return StatusError(403, "Forbidden", f"{subject} is forbidden: {message}")


def too_many_requests(message: str, causes: Sequence[Cause] = ()) -> StatusError:
    """429: try again later; a disruption budget, for one, allows no disruption now."""
    return StatusError(429, "TooManyRequests", message, causes)


def nameless(name: str) -> StatusError:
    """400: an object that is written under a name has none."""
    return bad_request(
        f"the name of the object ({name} based on URL) was undeterminable: name must be provided"
    )


def invalid(group_kind: str, name: str, errors: ErrorList) -> StatusError:
    """422: the errors of validation."""
    text = aggregate(map(str, errors))
    causes = [Cause(error.type.value, error.body(), error.field) for error in errors]
    refusal = StatusError(422, "Invalid", f"{group_kind} {go_quote(name)} is invalid: {text}", causes)
    refusal.found = errors
    return refusal
