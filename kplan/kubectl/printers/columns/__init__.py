"""Which columns ``kplan get`` prints for a kind: kubectl's own, one file a subject, one roster.

Upstream: pkg/printers/internalversion/printers.go
"""

from typing import Final

from kplan.kubectl.printers.columns import cluster, network, pods, storage, workloads
from kplan.kubectl.printers.columns.column import PLAIN, Columns, Moment, Roster

ROSTER: Final[Roster] = {
    **pods.COLUMNS,
    **workloads.COLUMNS,
    **network.COLUMNS,
    **storage.COLUMNS,
    **cluster.COLUMNS,
    ("events.k8s.io", "Event"): cluster.COLUMNS["", "Event"],
}

__all__ = ["PLAIN", "ROSTER", "Columns", "Moment"]
