"""kubectl create token: a token of a service account; one that no server made and none accepts.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_token.go
"""

import base64
import json
from datetime import datetime, timedelta

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import name_of
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, print_flags
from kplan.kubectl.tokenbinding import BOUND, bound_to, check_bound, reference_of
from kplan.kubectl.verb import Context, Query

_ISSUER = "https://kubernetes.default.svc.cluster.local"
_SHORTEST, _USUAL, _LONGEST = 600, 3600, 1 << 32


def run(arguments: Arguments, context: Context) -> Printed:
    """Print a token. Raises UsageError."""
    name, namespace = name_of(arguments), arguments.text("namespace") or "default"
    telling = print_flags(arguments)
    seconds = _check(arguments)
    if not name:
        raise UsageError("service account name is required")
    account = context.server.find(ObjectKey("", "ServiceAccount", namespace, name))
    if account is None:
        raise UsageError(f'failed to create token: serviceaccounts "{name}" not found')
    if seconds and not _SHORTEST <= seconds <= _LONGEST:
        limit = "less than 10 minutes" if seconds < _SHORTEST else "larger than 2^32 seconds"
        raise UsageError(
            'failed to create token: TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid '
            f"value: {seconds}: may not specify a duration {limit}"
        )
    bound = bound_to(arguments, context.server, account)
    request = _request(arguments, account, context, seconds or _USUAL)
    token = _token(_claims(account, context, request["spec"], bound))
    printed = Printed()
    printed.warn("simulated: no API server accepts this token")
    if not telling.output.name:
        printed.say(token)
        return printed
    expires = context.now + timedelta(seconds=seconds or _USUAL)
    request["status"] = {"expirationTimestamp": _stamp(expires), "token": token}
    telling.tell(printed, f"tokenrequest.authentication.k8s.io/{name}", "created", request, typed=True)
    return printed


def _check(arguments: Arguments) -> int:
    """Refuse what makes no sense; the answer is for how many seconds the token shall be valid. Raises UsageError."""
    seconds = arguments.seconds("duration")
    if seconds < 0:
        raise UsageError("--duration must be greater than or equal to 0")
    if seconds != int(seconds):
        raise UsageError("--duration cannot be expressed in units less than seconds")
    if "" in arguments.texts("audience"):
        raise UsageError("--audience must not be an empty string")
    check_bound(arguments)
    return int(seconds)


def _request(arguments: Arguments, account: Json, context: Context, seconds: int) -> Json:
    """The request as the server completes it."""
    metadata = account["metadata"]
    named = {name: metadata[name] for name in ("name", "namespace", "uid") if name in metadata}
    return {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "metadata": {**named, "creationTimestamp": _stamp(context.now)},
        "spec": {
            "audiences": [*arguments.texts("audience")] or [_ISSUER],
            "boundObjectRef": reference_of(arguments),
            "expirationSeconds": seconds,
        },
    }


def _stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _claims(account: Json, context: Context, spec: Json, bound: Json) -> Json:
    metadata, issuer = account["metadata"], _ISSUER
    expires = context.now + timedelta(seconds=spec["expirationSeconds"])
    return {
        "aud": spec["audiences"],
        "exp": int(expires.timestamp()),
        "iat": int(context.now.timestamp()),
        "iss": issuer,
        "kubernetes.io": {
            "namespace": metadata["namespace"],
            "serviceaccount": {"name": metadata["name"], "uid": metadata.get("uid", "")},
            **bound,
        },
        "sub": f"system:serviceaccount:{metadata['namespace']}:{metadata['name']}",
    }


def _token(claims: Json) -> str:
    """A JSON Web Token without a signature that anybody would believe."""
    parts = [
        json.dumps(one, separators=(",", ":")).encode()
        for one in ({"alg": "none", "kid": "simulated"}, claims)
    ]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts, b"simulated"))


VERB = Query(
    usage="SERVICE_ACCOUNT",
    about="""
    Print a token of a service account.

    It has the form and the claims of a real one, the same for the same state, and is signed by nobody.
    """,
    flags=(
        flags.NAMESPACE,
        Flag("duration", "How long it is valid.", Kind.DURATION, metavar="DURATION", default="0s"),
        Flag("audience", "Whom it is for; repeatable.", Kind.STRING_ARRAY, metavar="AUDIENCE"),
        *BOUND,
        *OUTPUT,
    ),
    examples=("create token deployer --duration=24h",),
    run=run,
)
