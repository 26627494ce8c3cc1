"""Secrets with tokens of service accounts: they are filled in, and go with their account.

Deviation: nobody signs the token, so no API server accepts it.

Upstream: pkg/controller/serviceaccount/tokens_controller.go
"""

import base64
from collections.abc import Iterable

from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.rootca import CERTIFICATE
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    EventType,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    deletions,
)

TOKEN_TYPE = "kubernetes.io/service-account-token"  # noqa: S105 - the name of a type
NAME_ANNOTATION = "kubernetes.io/service-account.name"
UID_ANNOTATION = "kubernetes.io/service-account.uid"


class ServiceAccountTokensController:
    """Fills Secrets with tokens, and deletes those whose service account is not there."""

    name = "tokens-controller"

    def __init__(self) -> None:
        self._gone: dict[ObjectKey, set[str]] = {}
        """The names of deleted tokens, by the account that may still list them."""
        self.watches = (
            Watch("", "Secret", self._token),
            Watch("", "ServiceAccount", _tokens_of, heeds=deletions),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring one Secret where it should be (syncSecret)."""
        if request.kind == "ServiceAccount":
            self._forget(request, context)
            return DONE
        secret = context.cache.find(request)
        if secret is None or secret.get("type") != TOKEN_TYPE:
            return DONE
        notes = annotations_of(secret)
        key = ObjectKey("", "ServiceAccount", request.namespace, notes.get(NAME_ANNOTATION, ""))
        account = context.cache.find(key)
        uid = account["metadata"]["uid"] if account is not None else ""
        if not uid or notes.get(UID_ANNOTATION, uid) != uid:
            context.client.delete(request)
            return DONE
        data = {**_data(key), **{name: text for name, text in (secret.get("data") or {}).items() if text}}
        if data != (secret.get("data") or {}) or UID_ANNOTATION not in notes:
            metadata = {**secret["metadata"], "annotations": {**notes, UID_ANNOTATION: uid}}
            context.client.update({**secret, "metadata": metadata, "data": data})
        return DONE

    def _forget(self, request: Request, context: Context) -> None:
        """Take the names of deleted tokens off their account (removeSecretReference)."""
        gone, account = self._gone.pop(request, set()), context.cache.find(request)
        listed = (account or {}).get("secrets") or []
        kept = [item for item in listed if item.get("name") not in gone]
        if account is not None and len(kept) < len(listed):
            context.client.update({**account, "secrets": kept})

    def _token(self, event: WatchEvent, _cache: Cache) -> Iterable[Request]:
        secret = event.value
        if secret.get("type") != TOKEN_TYPE:
            return ()
        name = annotations_of(secret).get(NAME_ANNOTATION, "")
        if event.type is not EventType.DELETED or not name:
            return (event.key,)
        account = ObjectKey("", "ServiceAccount", event.key.namespace, name)
        self._gone.setdefault(account, set()).add(event.key.name)
        return (account,)


def _data(account: ObjectKey) -> Json:
    texts = {
        "ca.crt": CERTIFICATE,
        "namespace": account.namespace,
        "token": f"simulated: a token of {account.namespace}/{account.name}",
    }
    return {name: base64.b64encode(text.encode()).decode() for name, text in texts.items()}


def _tokens_of(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The Secrets of an account that went."""
    if event.type is not EventType.DELETED:
        return ()
    return [
        ObjectKey("", "Secret", event.key.namespace, secret["metadata"]["name"])
        for secret in cache.list("", "Secret", event.key.namespace)
        if secret.get("type") == TOKEN_TYPE and annotations_of(secret).get(NAME_ANNOTATION) == event.key.name
    ]
