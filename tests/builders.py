"""What many tests are made of: pods and templates as the server defaults them, and errors in few words."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from kplan.api.object import Object
from kplan.diagnostics import Diagnostic
from kplan.lint.linter import Linting
from kplan.schema.catalog import Catalog

Json = dict[str, Any]
CORE = ("config", "endpoints", "nodes", "pods", "quota", "service", "storage")


def core_rule(name: str) -> Any:
    """A validation function of the core group, in whichever module by subject it stands."""
    modules = [import_module(f"kplan.apiserver.validation.core_{subject}") for subject in CORE]
    return next(getattr(module, name) for module in modules if hasattr(module, name))


def said(error: Any, width: int = 90) -> str:
    """An error's text, its long explanations cut short."""
    text = str(error)
    return text if len(text) <= width else text[: width - 3] + "..."


def found_by_rules(objects: Iterable[Object], catalog: Catalog, **options: Any) -> list[Diagnostic]:
    """What the rules of lint find in objects, by one process; options as those of Linting."""
    linting = Linting(objects, catalog, **options)
    return list(linting.findings(linting.share.done_here()))


def pod_spec(**more: Any) -> Json:
    """The spec of a pod with one container; ``more`` replaces and adds fields."""
    app = {
        "name": "app",
        "image": "nginx",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "Always",
        "resources": {},
    }
    return {
        "containers": [app],
        "restartPolicy": "Always",
        "dnsPolicy": "ClusterFirst",
        "terminationGracePeriodSeconds": 30,
        "serviceAccountName": "default",
        "securityContext": {},
        **more,
    }


def pod(**more: Any) -> Json:
    """A pod; ``more`` replaces and adds fields of its spec."""
    metadata = {"name": "web", "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod_spec(**more)}


def template(restart_policy: str = "Always") -> Json:
    """The pod template of a workload that selects ``app: web``."""
    container = {
        "name": "a",
        "image": "b",
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "Always",
    }
    return {
        "metadata": {"labels": {"app": "web"}},
        "spec": {
            "containers": [container],
            "restartPolicy": restart_policy,
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "securityContext": {},
            "schedulerName": "default-scheduler",
        },
    }


def node(name: str) -> Json:
    """A node that is ready and has room."""
    room = {"cpu": "8", "memory": "16Gi", "pods": "110"}
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "status": {"capacity": room, "allocatable": room, "conditions": [ready]},
    }
