"""Pod templates: the hash that names ReplicaSets, and the pod a controller makes of a template.

Decided: the hash follows the release of the control plane, because upstream hashes a dump of Go structs and those grow.
"""
