"""What Kubernetes' own signers ask of a certificate request.

Upstream: pkg/controller/certificates/signer/signer.go, pkg/apis/certificates/helpers.go
"""

from typing import Final

from kplan.api.certificaterequests import Asked
from kplan.api.object import Json

CLIENT: Final = "kubernetes.io/kube-apiserver-client"
KUBELET_CLIENT: Final = "kubernetes.io/kube-apiserver-client-kubelet"
KUBELET_SERVING: Final = "kubernetes.io/kubelet-serving"
_BY_ANY_KEY: Final = ("digital signature", "key encipherment")
_KINDS: Final = {"dns": "DNS", "email": "Email", "ip": "IP", "uri": "URI"}


def refusal_of(spec: Json, asked: Asked) -> str:
    """Why the signer that a request names does not sign it; empty if it does, or is none of Kubernetes' own."""
    usages = spec.get("usages") or []
    match spec.get("signerName"):
        case signer if signer == CLIENT:
            return _of_client(usages)
        case signer if signer == KUBELET_CLIENT:
            return _of_kubelet(asked) or _of_usages(usages, "client auth")
        case signer if signer == KUBELET_SERVING:
            return _of_serving(asked, usages)
    return ""


def _of_client(usages: list[str]) -> str:
    for usage in usages:
        if usage not in ("client auth", *_BY_ANY_KEY):
            return f"invalid usage for client certificate: {usage}"
    return "" if "client auth" in usages else "missing required usage for client certificate: client auth"


def _of_kubelet(asked: Asked) -> str:
    """What is wrong with the names of a kubelet's client certificate (ValidateKubeletClientCSR)."""
    if asked.organisations != ("system:nodes",):
        return "subject organization is not system:nodes"
    for kind in ("dns", "email", "ip", "uri"):
        if kind in asked.alternative:
            return f"{_KINDS[kind]} subjectAltNames are not allowed"
    return _of_common_name(asked)


def _of_serving(asked: Asked, usages: list[str]) -> str:
    """What is wrong with a kubelet's serving certificate (ValidateKubeletServingCSR)."""
    if asked.organisations != ("system:nodes",):
        return "subject organization is not system:nodes"
    if not asked.alternative & {"dns", "ip"}:
        return "DNS or IP subjectAltName is required"
    for kind in ("email", "uri"):
        if kind in asked.alternative:
            return f"{_KINDS[kind]} subjectAltNames are not allowed"
    return _of_usages(usages, "server auth") or _of_common_name(asked)


def _of_common_name(asked: Asked) -> str:
    if asked.common_name.startswith("system:node:"):
        return ""
    return "subject common name does not begin with system:node:"


def _of_usages(usages: list[str], purpose: str) -> str:
    """Require exactly the digital signature and the purpose among the key usages; key encipherment is optional."""
    signature, enciphering = _BY_ANY_KEY
    if set(usages) in ({signature, purpose}, {signature, enciphering, purpose}):
        return ""
    return f"usages did not match [{' '.join(sorted((*_BY_ANY_KEY, purpose)))}]"
