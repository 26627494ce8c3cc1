"""kubectl's verbs: one file a verb, one line a verb in the roster; a verb's module loads when it is asked for.

Decided: the roster holds what a list of commands shows, the verb's own file everything else (``VERB``).
"""

from typing import Final

from kplan.namedtuples import NamedTuple

UNLISTED: Final = ""
"""kplan has a command of its own for it, which does more."""
PLAN: Final = "Preview changes"
STATE: Final = "Cluster state"
CREATE: Final = "Create objects"
NODES: Final = "Nodes, pods and network"


class Listed(NamedTuple):
    """One verb in the list of commands; its module has its name and holds it as ``VERB``."""

    name: str
    """One word, or two: ``rollout status`` is a verb of its own."""
    summary: str
    section: str
    aliases: tuple[str, ...] = ()
    """Other names, whole."""

    @property
    def module(self) -> str:
        """The module's name in this package."""
        return self.name.replace("-", "_").replace(" ", "_")


VERBS: Final = (
    Listed("apply", "Apply manifests.", UNLISTED),
    Listed("apply view-last-applied", "Print the last-applied configuration of objects.", STATE),
    Listed("apply set-last-applied", "Set the last-applied configuration of objects.", STATE),
    Listed("get", "Print objects of the state, as kubectl get does.", STATE),
    Listed("create", "Create the objects in files.", CREATE),
    Listed("create clusterrole", "Create a cluster role.", CREATE),
    Listed("create clusterrolebinding", "Bind a cluster role in every namespace.", CREATE),
    Listed("create configmap", "Create a ConfigMap from literals and files.", CREATE, ("create cm",)),
    Listed("create cronjob", "Create a cron job.", CREATE, ("create cj",)),
    Listed("create deployment", "Create a deployment.", CREATE, ("create deploy",)),
    Listed("create ingress", "Create an Ingress.", CREATE, ("create ing",)),
    Listed("create job", "Create a job.", CREATE),
    Listed("create namespace", "Create a namespace.", CREATE, ("create ns",)),
    Listed("create poddisruptionbudget", "Create a disruption budget.", CREATE, ("create pdb",)),
    Listed("create priorityclass", "Create a priority class.", CREATE, ("create pc",)),
    Listed("create quota", "Create a quota.", CREATE, ("create resourcequota",)),
    Listed("create role", "Create a role.", CREATE),
    Listed("create rolebinding", "Bind a role in a namespace.", CREATE),
    Listed("create secret docker-registry", "Create a Secret for a registry.", CREATE),
    Listed("create secret generic", "Create a Secret from literals and files.", CREATE),
    Listed("create secret tls", "Create a Secret from a certificate and its key.", CREATE),
    Listed(
        "create service clusterip", "Create a Service of type clusterip.", CREATE, ("create svc clusterip",)
    ),
    Listed(
        "create service externalname",
        "Create a Service of type externalname.",
        CREATE,
        ("create svc externalname",),
    ),
    Listed(
        "create service loadbalancer",
        "Create a Service of type loadbalancer.",
        CREATE,
        ("create svc loadbalancer",),
    ),
    Listed("create service nodeport", "Create a Service of type nodeport.", CREATE, ("create svc nodeport",)),
    Listed("create serviceaccount", "Create a service account.", CREATE, ("create sa",)),
    Listed("create token", "Print a simulated token of a service account.", CREATE),
    Listed("run", "Run a pod with an image.", CREATE),
    Listed("expose", "Create a Service for the pods of an object.", CREATE),
    Listed("autoscale", "Create an autoscaler for a workload.", CREATE),
    Listed("replace", "Replace objects with those in files.", PLAN),
    Listed("scale", "Set the number of replicas and show what follows.", PLAN),
    Listed("delete", "Delete objects and show what follows.", PLAN),
    Listed("label", "Change labels and show what follows.", PLAN),
    Listed("annotate", "Change annotations and show what follows.", PLAN),
    Listed("edit", "Change objects in an editor and show what follows.", PLAN),
    Listed("patch", "Change fields and show what follows.", PLAN),
    Listed("set env", "Set, remove or list variables of containers.", PLAN),
    Listed("set image", "Set the images of containers.", PLAN),
    Listed("set resources", "Set requests and limits of containers.", PLAN),
    Listed("set selector", "Set the selector of a Service.", PLAN),
    Listed("set serviceaccount", "Set the service account of the pods.", PLAN, ("set sa",)),
    Listed("set subject", "Add subjects to role bindings.", PLAN),
    Listed("rollout history", "Print the revisions of a workload.", STATE),
    Listed("rollout pause", "Pause deployments.", PLAN),
    Listed("rollout restart", "Replace all pods of workloads.", PLAN),
    Listed("rollout resume", "Resume deployments.", PLAN),
    Listed("rollout status", "Wait until a rollout is complete.", STATE),
    Listed("rollout undo", "Go back to an earlier revision.", PLAN),
    Listed("cordon", "Mark nodes as unschedulable.", NODES),
    Listed("uncordon", "Mark nodes as schedulable again.", NODES),
    Listed("drain", "Evict the pods of nodes, respecting disruption budgets.", NODES),
    Listed("fail", "Take nodes offline and show what happens to their pods.", NODES),
    Listed("recover", "Bring nodes back that are offline or not ready.", NODES),
    Listed("taint", "Change the taints of nodes and show which pods are evicted.", NODES),
    Listed("certificate approve", "Approve certificate requests.", PLAN),
    Listed("certificate deny", "Deny certificate requests.", PLAN),
    Listed("auth can-i", "Tell whether RBAC allows an action.", STATE),
    Listed("auth reconcile", "Give roles and bindings what files list.", PLAN),
    Listed("auth whoami", "Print the user that requests are sent as.", STATE),
    Listed("kustomize", "Build a folder with a kustomization.", UNLISTED),
    Listed("diff", "Show what applying files would change.", UNLISTED),
    Listed("wait", "Let time pass until objects meet a condition.", STATE),
    Listed("describe", "Show details of objects, as kubectl describe does.", STATE),
    Listed("logs", "Print what containers have printed, where that is known.", STATE),
    Listed("exec", "Print what a command would print in a container.", STATE),
    Listed("port-forward", "Check whether ports of a pod could be forwarded.", STATE),
    Listed("events", "Print the Events in the state.", STATE),
    Listed("explain", "List the fields of a kind, and their types.", STATE),
    Listed("version", "Print the versions of kplan and of the simulated cluster.", STATE),
    Listed("cluster-info", "Print where the simulated control plane would be.", STATE),
    Listed("config view", "Print the kubeconfig, of which there is none.", STATE),
    Listed("api-resources", "List the supported resource types.", STATE),
    Listed("api-versions", "List the supported API versions.", STATE),
)
