"""kube-scheduler: framework, queue, cycle and profile, with one decision readable from end to end.

Decided: per-node arithmetic is done for all nodes at once, and gives the decisions of the node-by-node path.
"""
