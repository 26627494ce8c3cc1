"""kube-scheduler: framework, queue, cycle and profile, with one decision readable from end to end.

Decided: per-node arithmetic is done for all nodes at once, and gives the decisions of the node-by-node path. Decided:
what is kept of a plug-in's answers follows from what it declares that it reads. Nothing here knows a plug-in by name,
save ``explain``, which tries remedies that fit a refusal.
"""
