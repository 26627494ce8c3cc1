"""The kubelets of all nodes: pods pull, create, start, probe, become ready, end, crash and terminate.

Decided: one actor plays every node's kubelet; what images do is an assumption of the scenario.
Decided: two profiles, a realistic one and a paced one, in which pods become ready one at a time.
"""
