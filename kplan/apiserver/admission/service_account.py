"""ServiceAccount: every pod gets a service account, and its token as a volume.

Upstream: plugin/pkg/admission/serviceaccount/admission.go
"""

from collections.abc import Iterator
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import names
from kplan.apiserver.attributes import Attributes

_MIRROR: Final = "kubernetes.io/config.mirror"
_ENFORCE: Final = "kubernetes.io/enforce-mountable-secrets"
_MOUNT_PATH: Final = "/var/run/secrets/kubernetes.io/serviceaccount"
_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_TOKEN_SECONDS: Final = 3607
_FILE_MODE: Final = 0o644


class ServiceAccount:
    """Gives pods their service account."""

    def admit(self, attributes: Attributes) -> None:
        """Set the account, mount its token, and use its pull secrets."""
        if not attributes.creates("", "pods"):
            return
        pod = attributes.object
        if _MIRROR in (pod["metadata"].get("annotations") or {}):
            self.validate(attributes)
            return
        spec = pod["spec"]
        if not spec.get("serviceAccountName"):
            spec["serviceAccountName"] = spec["serviceAccount"] = "default"
        account = _account(attributes, spec["serviceAccountName"])
        if _mounts_token(account, spec):
            _mount_token(spec, attributes)
        if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
            spec["imagePullSecrets"] = [_reference(secret) for secret in account["imagePullSecrets"]]
        self.validate(attributes)

    def validate(self, attributes: Attributes) -> None:
        """Check that the account exists, and which secrets it lets a pod use."""
        if not attributes.creates("", "pods"):
            return
        pod = attributes.object
        spec = pod["spec"]
        if _MIRROR in (pod["metadata"].get("annotations") or {}):
            _check_mirror(attributes)
            return
        name = spec.get("serviceAccountName")
        if not name:
            pod_name = pod["metadata"].get("name", "")
            raise attributes.forbidden(
                f"no service account specified for pod {attributes.namespace}/{pod_name}"
            )
        account = _account(attributes, name)
        if (account["metadata"].get("annotations") or {}).get(_ENFORCE) in _TRUE:
            _check_secrets(attributes, account)


def _reference(secret: Json) -> Json:
    return {"name": secret["name"]} if secret.get("name") else {}


def _account(attributes: Attributes, name: str) -> Json:
    account = attributes.find("", "ServiceAccount", attributes.namespace, name)
    if account is None:
        problem = f'serviceaccount "{name}" not found'
        if "/" in name:
            problem = f"invalid resource name \"{name}\": [may not contain '/']"
        elif "%" in name:
            problem = f"invalid resource name \"{name}\": [may not contain '%']"
        elif name in (".", ".."):
            problem = f"invalid resource name \"{name}\": [may not be '{name}']"
        raise attributes.forbidden(
            f"error looking up service account {attributes.namespace}/{name}: {problem}"
        )
    return account


def _mounts_token(account: Json, spec: Json) -> bool:
    for holder in (spec, account):
        wish: bool | None = holder.get("automountServiceAccountToken")
        if wish is not None:
            return wish
    return True


def _mount_token(spec: Json, attributes: Attributes) -> None:
    volumes = spec.get("volumes") or []
    volume = next(
        (item["name"] for item in volumes if (item.get("name") or "").startswith(names.TOKEN_VOLUME)), ""
    )
    name = volume or names.TOKEN_VOLUME + names.suffix(
        attributes.namespace, attributes.name, attributes.store.revision
    )
    mount = {"name": name, "readOnly": True, "mountPath": _MOUNT_PATH}
    mounted = False
    for field in ("initContainers", "containers"):
        for container in spec.get(field) or ():
            mounts = container.get("volumeMounts") or []
            if all(item.get("mountPath") != _MOUNT_PATH for item in mounts):
                container["volumeMounts"] = [*mounts, mount]
                mounted = True
    if mounted and not volume:
        spec["volumes"] = [*volumes, {"name": name, "projected": _token_volume()}]


def _token_volume() -> Json:
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    return {
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": _TOKEN_SECONDS, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            {"downwardAPI": {"items": [namespace]}},
        ],
        "defaultMode": _FILE_MODE,
    }


def _check_mirror(attributes: Attributes) -> None:
    spec = attributes.object["spec"]
    if spec.get("serviceAccountName"):
        raise attributes.forbidden("a mirror pod may not reference service accounts")
    if any(True for _ in _secret_names(spec)):
        raise attributes.forbidden("a mirror pod may not reference secrets")
    for volume in spec.get("volumes") or ():
        for source in (volume.get("projected") or {}).get("sources") or ():
            if "serviceAccountToken" in source:
                raise attributes.forbidden("a mirror pod may not use ServiceAccountToken volume projections")


def _secret_names(value: Any) -> Iterator[str]:
    """Every secret a pod spec names, wherever it stands."""
    if isinstance(value, dict):
        for field, item in value.items():
            if field in ("secret", "secretRef", "secretKeyRef", "nodePublishSecretRef") and isinstance(
                item, dict
            ):
                yield item.get("secretName") or item.get("name") or ""
            elif field == "imagePullSecrets":
                yield from (secret.get("name") or "" for secret in item)
            else:
                yield from _secret_names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _secret_names(item)


def _check_secrets(attributes: Attributes, account: Json) -> None:
    """Refuse Secrets that the account does not list (limitSecretReferences)."""
    spec, name = attributes.object["spec"], account["metadata"]["name"]
    allowed = {secret.get("name") for secret in account.get("secrets") or ()}
    for secret, what in _used_secrets(spec):
        if secret not in allowed:
            raise attributes.forbidden(
                f"{what} is not allowed because service account {name} does not reference that secret"
            )
    pull = {secret.get("name") for secret in account.get("imagePullSecrets") or ()}
    for index, secret in enumerate(spec.get("imagePullSecrets") or ()):
        if secret.get("name") not in pull:
            raise attributes.forbidden(
                f'imagePullSecrets[{index}].name="{secret.get("name", "")}" is not allowed because service account '
                f"{name} does not reference that imagePullSecret"
            )


def _used_secrets(spec: Json) -> Iterator[tuple[str, str]]:
    """The Secrets of volumes and variables by name, each with the words for its use."""
    for volume in spec.get("volumes") or ():
        if volume.get("secret") is not None:
            secret = volume["secret"].get("secretName", "")
            yield secret, f'volume with secret.secretName="{secret}"'
    for kind, field in (("init container", "initContainers"), ("container", "containers")):
        for container in spec.get(field) or ():
            for secret, what in _secrets_of_variables(container):
                yield secret, f"{kind} {container.get('name', '')} with {what}"


def _secrets_of_variables(container: Json) -> Iterator[tuple[str, str]]:
    for variable in container.get("env") or ():
        key = (variable.get("valueFrom") or {}).get("secretKeyRef")
        if key is not None:
            secret = key.get("name", "")
            yield secret, f'envVar {variable.get("name", "")} referencing secret.secretName="{secret}"'
    for source in container.get("envFrom") or ():
        if source.get("secretRef") is not None:
            secret = source["secretRef"].get("name", "")
            yield secret, f'envFrom referencing secret.secretName="{secret}"'
