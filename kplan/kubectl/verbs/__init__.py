"""kubectl's verbs: one file a verb, one line a verb in the roster; a verb's module loads when it is asked for.

Decided: the roster holds what a list of commands shows, the verb's own file everything else (``VERB``).
"""

from typing import Final, NamedTuple

UNLISTED: Final = ""
"""kplan has a command of its own for it, which does more."""
PLAN: Final = "See what applying would do"
STATE: Final = "The stored state"
NODES: Final = "Nodes and pods"


class Listed(NamedTuple):
    """One verb in the list of commands; its module has its name and holds it as ``VERB``."""

    name: str
    """One word, or two: ``rollout status`` is a verb of its own."""
    summary: str
    section: str

    @property
    def module(self) -> str:
        """The module's name in this package."""
        return self.name.replace("-", "_").replace(" ", "_")


VERBS: Final = (
    Listed("apply", "Apply manifests.", UNLISTED),
    Listed("apply view-last-applied", "Print the configuration of the last apply.", UNLISTED),
    Listed("apply set-last-applied", "Set the configuration of the last apply.", UNLISTED),
    Listed("get", "Print objects of the state, as kubectl get does.", STATE),
    Listed("scale", "Set a number of replicas and play what follows.", PLAN),
    Listed("delete", "Delete objects and play what follows.", PLAN),
    Listed("label", "Change labels and play what follows.", PLAN),
    Listed("annotate", "Change annotations.", PLAN),
    Listed("patch", "Change some fields and play what follows.", PLAN),
    Listed("cordon", "Close nodes to new pods.", NODES),
    Listed("uncordon", "Open nodes to new pods again.", NODES),
    Listed("drain", "Evict the pods of nodes, within their disruption budgets.", NODES),
    Listed("fail", "Take nodes offline and show what happens to their pods.", NODES),
    Listed("recover", "Bring nodes back that are offline or not ready.", NODES),
    Listed("taint", "Change a node's taints and see who has to leave.", NODES),
    Listed("describe", "Show details of objects, as kubectl describe does.", STATE),
    Listed("events", "Print the Events of the state.", STATE),
    Listed("api-resources", "List the kinds that can be asked for.", STATE),
    Listed("api-versions", "List the versions of the API that are served.", STATE),
)
