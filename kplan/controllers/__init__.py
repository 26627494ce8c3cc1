"""kube-controller-manager: one controller a module or package; they meet only through objects.

Decided: the roster stands in ``kplan.cluster.roster``; a controller reaches the cluster through its client alone.
"""
