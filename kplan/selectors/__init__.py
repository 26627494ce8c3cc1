"""Pure matching: labels, fields, nodes and taints, shared by everything that asks who is meant.

Decided: a selector is a frozen value; parsing happens once, matching never raises.
"""
