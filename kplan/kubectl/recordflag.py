"""The flag ``--record``, which kubectl's help no longer lists, and the verbs that take it.

Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions/record_flags.go
"""

from typing import Final

from kplan.kubectl.flags import switch

RECORD: Final = switch(
    "record", "Note the command line in the annotation kubernetes.io/change-cause; deprecated."
)
RECORDING: Final = frozenset(
    {
        "annotate", "apply", "autoscale", "create", "edit", "expose", "label", "patch", "run", "scale", "set image",
        "set resources", "set selector", "set serviceaccount",
    }
)  # fmt: skip
