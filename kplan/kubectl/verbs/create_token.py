"""kubectl create token: a token of a service account; one that no server made and none accepts.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_token.go
"""

import base64
import json
from collections.abc import Sequence
from datetime import timedelta

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import name_of
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Context, Query

_SHORTEST, _USUAL = 600, 3600


def run(arguments: Arguments, context: Context) -> Printed:
    """Print a token. Raises UsageError."""
    name, namespace = name_of(arguments), arguments.text("namespace") or "default"
    seconds = arguments.seconds("duration")
    if seconds < 0:
        raise UsageError("--duration must be greater than or equal to 0")
    account = context.server.find(ObjectKey("", "ServiceAccount", namespace, name))
    if account is None:
        raise UsageError(f'failed to create token: serviceaccounts "{name}" not found')
    if 0 < seconds < _SHORTEST:
        raise UsageError(
            'failed to create token: TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid '
            f"value: {int(seconds)}: may not specify a duration less than 10 minutes"
        )
    claims = _claims(account, context, arguments.texts("audience"), int(seconds) or _USUAL)
    printed = Printed(out=[_token(claims)])
    printed.warn("simulated: no API server accepts this token")
    return printed


def _claims(account: Json, context: Context, audiences: Sequence[str], seconds: int) -> Json:
    metadata, issuer = account["metadata"], "https://kubernetes.default.svc.cluster.local"
    expires = context.now + timedelta(seconds=seconds)
    return {
        "aud": [*audiences] if audiences else [issuer],
        "exp": int(expires.timestamp()),
        "iat": int(context.now.timestamp()),
        "iss": issuer,
        "kubernetes.io": {
            "namespace": metadata["namespace"],
            "serviceaccount": {"name": metadata["name"], "uid": metadata.get("uid", "")},
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
    ),
    examples=("create token deployer --duration=24h",),
    run=run,
)
