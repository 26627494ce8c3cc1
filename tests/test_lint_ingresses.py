"""What lint says of routes: which Ingresses share a load balancer, and what their annotations stand for."""

import pytest

from kplan import pipeline
from kplan.lint.selection import LintOptions
from tests.test_lint_world import found

INGRESS = """\
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: NAME, annotations: {GROUP}}
spec:
  ingressClassName: CLASS
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
"""


def test_routes_of_hosts_that_documentation_uses_meet_in_one_file_only(tmp_path):
    text = INGRESS.replace("CLASS", "nginx").replace("GROUP", "")
    for host, folder, wrong in (
        ("a.example.com", "one", False), ("shop.acme.io", "one", True), ("shop.local", "two", False), ("shop.acme.io", "two", True),
        ("__HOST__", "two", False), ("*.acme.io", "two", True),
    ):  # fmt: skip
        (tmp_path / "one").mkdir(exist_ok=True)
        (tmp_path / folder).mkdir(exist_ok=True)
        other = tmp_path / folder / "b.yaml"
        (tmp_path / "one" / "a.yaml").write_text(text.replace("NAME", "a").replace("a.example.com", host))
        other.write_text(text.replace("NAME", "b").replace("a.example.com", host))
        report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("NET002",)))
        assert bool(report.findings) == wrong, (host, folder)
        other.unlink()


IN_GROUP = "alb.ingress.kubernetes.io/group.name: g"


@pytest.mark.parametrize(
    ("name", "first", "second", "wrong"),
    [
        ("nginx", "", "", True),
        ("alb", "", "", False),
        ("alb", IN_GROUP, IN_GROUP, True),
        ("alb", IN_GROUP, f"{IN_GROUP}, alb.ingress.kubernetes.io/listen-ports: '[{{\"HTTPS\": 8443}}]'", False),
        ("qcloud", "", "", False),
        ("azure-application-gateway", "", "", True),
        ("azure-application-gateway", "", "appgw.ingress.kubernetes.io/use-private-ip: 'true'", False),
        ("traefik", "traefik.ingress.kubernetes.io/router.entrypoints: web", "traefik.ingress.kubernetes.io/router.entrypoints: websecure", False),
        ("kong", "", "konghq.com/methods: GET", False),
        ("nginx", "", "nginx.ingress.kubernetes.io/canary: 'true'", False),
        ("nginx", "", "higress.io/canary: 'true'", False),
    ],
)  # fmt: skip
def test_routes_meet_where_a_load_balancer_is_shared(tmp_path, name, first, second, wrong):
    text = INGRESS.replace("CLASS", name)
    both = (text.replace("NAME", at).replace("GROUP", given) for at, given in (("a", first), ("b", second)))
    assert bool(found(tmp_path, "".join(both), "NET002")) == wrong


CLASS = """\
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: inner}
spec: {controller: CONTROLLER, parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: inner}}
"""
PARAMETERS = """\
---
apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata: {name: inner}
spec: {group: {name: g}}
"""


@pytest.mark.parametrize(
    ("controller", "more", "wrong"),
    [
        ("k8s.io/ingress-nginx", "", True),
        ("ingress.k8s.aws/alb", "", False),
        ("ingress.k8s.aws/alb", PARAMETERS, True),
        ("eks.amazonaws.com/alb", "", False),
    ],
)
def test_a_class_says_whether_its_ingresses_share_a_load_balancer(tmp_path, controller, more, wrong):
    text = INGRESS.replace("CLASS", "inner").replace("GROUP", "")
    both = text.replace("NAME", "a") + text.replace("NAME", "b")
    assert bool(found(tmp_path, both + CLASS.replace("CONTROLLER", controller) + more, "NET002")) == wrong


ACTION = "alb.ingress.kubernetes.io/actions.web: '{}'"
ROLLOUT_OF_INGRESS = """\
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec: {strategy: {canary: {trafficRouting: {alb: {ingress: a}}}}}
"""


@pytest.mark.parametrize(
    ("name", "annotation", "more", "wrong"),
    [
        ("alb", ACTION, "", []),
        ("alb", "", "", []),
        ("alb", ACTION.replace("web", "wbe"), "", ["no annotation alb.ingress.kubernetes.io/actions.web says what the backend does"]),
        ("alb", ACTION.replace("web", "wbe"), ROLLOUT_OF_INGRESS, []),
        ("inner", ACTION, CLASS.replace("CONTROLLER", "ingress.k8s.aws/alb"), []),
        ("inner", ACTION, CLASS.replace("CONTROLLER", "k8s.io/ingress-nginx"), ["Service 'web' is not defined in the input"]),
        ("nginx", ACTION, "", ["Service 'web' is not defined in the input"]),
    ],
)  # fmt: skip
def test_a_backend_by_annotation_has_one(tmp_path, name, annotation, more, wrong):
    text = INGRESS.replace("CLASS", name).replace("NAME", "a").replace("GROUP", annotation)
    text = text.replace("number: 80", "name: use-annotation") + more
    assert [message for _, message in found(tmp_path, text, "REF006")] == wrong


@pytest.mark.parametrize(
    ("annotation", "wrong"),
    [
        ("alb.ingress.kubernetes.io/certificate-arn: arn:aws:acm:eu-west-1:1:certificate/a", False),
        ("alb.ingress.kubernetes.io/listen-ports: '[{\"HTTP\": 80}]'", True),
        ('alb.ingress.kubernetes.io/listen-ports: \'[{"HTTP": 80}, {"HTTPS": 443}]\'', False),
        ("ingress.gcp.kubernetes.io/pre-shared-cert: a", False),
        ("appgw.ingress.kubernetes.io/appgw-ssl-certificate: a", False),
        ("traefik.ingress.kubernetes.io/router.tls: 'true'", False),
        ("traefik.ingress.kubernetes.io/router.entrypoints: web", True),
        ("nginx.ingress.kubernetes.io/ssl-passthrough: 'false'", True),
        ("nginx.ingress.kubernetes.io/ssl-redirect: 'true'", True),
        ("route.openshift.io/termination: edge", False),
    ],
)
def test_a_certificate_by_annotation_is_one(tmp_path, annotation, wrong):
    text = INGRESS.replace("CLASS", "any").replace("NAME", "a").replace("GROUP", annotation)
    assert bool(found(tmp_path, text, "NET003")) == wrong


def test_a_port_that_a_service_lacks_is_told_with_those_it_has(tmp_path):
    text = (
        INGRESS.replace("CLASS", "nginx")
        .replace("GROUP", "")
        .replace("NAME", "a")
        .replace("number: 80", "number: 81")
    )
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{name: http, port: 80}, {name: more, port: 90}]}\n"
    (tmp_path / "a.yaml").write_text(service + text)
    (one,) = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("REF006",))).findings
    assert (one.message, one.help) == (
        "Service 'web' has no port 81",
        "it has the ports http (80) and more (90)",
    )
