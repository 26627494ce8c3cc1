"""Rows of the table of references for kinds that are not Kubernetes' own."""

from collections.abc import Mapping
from typing import Final

from kplan.api.referencerow import CLUSTER, GIVEN, Row

_GATEWAY: Final = "gateway.networking.k8s.io"
_ARGO: Final = "argoproj.io"
_FLUX: Final = "source.toolkit.fluxcd.io"
_ROUTE: Final = (
    Row("spec.parentRefs[*].name", _GATEWAY, "Gateway", GIVEN, typed=True),
    Row("spec.rules[*].backendRefs[*].name", "", "Service", GIVEN, typed=True),
    Row("spec.rules[*].filters[*].requestMirror.backendRef.name", "", "Service", GIVEN, typed=True),
)
_ISSUER: Final = (Row("spec.issuerRef.name", "cert-manager.io", "Issuer", typed=True),)
_MONITORING: Final = (
    Row("spec.serviceAccountName", "", "ServiceAccount"),
    Row("spec.additionalScrapeConfigs.name", "", "Secret"),
)

CUSTOM: Final[Mapping[str, tuple[Row, ...]]] = {
    **{
        f"{kind}.{_GATEWAY}": _ROUTE
        for kind in ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
    },
    f"Gateway.{_GATEWAY}": (
        Row("spec.gatewayClassName", _GATEWAY, "GatewayClass", CLUSTER),
        Row("spec.listeners[*].tls.certificateRefs[*].name", "", "Secret", GIVEN, typed=True),
    ),
    "Certificate.cert-manager.io": _ISSUER,
    "CertificateRequest.cert-manager.io": _ISSUER,
    "ExternalSecret.external-secrets.io": (
        Row("spec.secretStoreRef.name", "external-secrets.io", "SecretStore", typed=True),
    ),
    "ScaledObject.keda.sh": (
        Row("spec.scaleTargetRef.name", "apps", "Deployment", typed=True),
        Row("spec.triggers[*].authenticationRef.name", "keda.sh", "TriggerAuthentication", typed=True),
    ),
    "ScaledJob.keda.sh": (
        Row("spec.triggers[*].authenticationRef.name", "keda.sh", "TriggerAuthentication", typed=True),
    ),
    "VerticalPodAutoscaler.autoscaling.k8s.io": (
        Row("spec.targetRef.name", "apps", "Deployment", typed=True),
    ),
    f"Rollout.{_ARGO}": (
        Row("spec.workloadRef.name", "apps", "Deployment", typed=True),
        Row("spec.strategy.canary.canaryService", "", "Service"),
        Row("spec.strategy.canary.stableService", "", "Service"),
        Row("spec.strategy.blueGreen.activeService", "", "Service"),
        Row("spec.strategy.blueGreen.previewService", "", "Service"),
        Row("spec.strategy.canary.trafficRouting.nginx.stableIngress", "networking.k8s.io", "Ingress"),
        Row("spec.strategy.canary.trafficRouting.alb.ingress", "networking.k8s.io", "Ingress"),
        Row("spec.strategy.canary.analysis.templates[*].templateName", _ARGO, "AnalysisTemplate"),
        Row("spec.strategy.canary.steps[*].analysis.templates[*].templateName", _ARGO, "AnalysisTemplate"),
    ),
    "Prometheus.monitoring.coreos.com": _MONITORING,
    "PrometheusAgent.monitoring.coreos.com": _MONITORING,
    "Alertmanager.monitoring.coreos.com": (*_MONITORING, Row("spec.configSecret", "", "Secret")),
    "Kustomization.kustomize.toolkit.fluxcd.io": (
        Row("spec.sourceRef.name", _FLUX, "GitRepository", GIVEN, typed=True),
        Row("spec.dependsOn[*].name", "kustomize.toolkit.fluxcd.io", "Kustomization", GIVEN),
    ),
    "HelmRelease.helm.toolkit.fluxcd.io": (
        Row("spec.chart.spec.sourceRef.name", _FLUX, "HelmRepository", GIVEN, typed=True),
        Row("spec.valuesFrom[*].name", "", "ConfigMap", typed=True),
    ),
    "BackendTLSPolicy.gateway.networking.k8s.io": (
        Row("spec.targetRefs[*].name", "", "Service", typed=True),
    ),
}
"""By group kind."""
