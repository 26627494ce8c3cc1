"""Custom resources: what a CustomResourceDefinition makes the API server do with the objects of its kinds.

Pruning, defaulting, validation by schema and by rules are all driven by the definition's schema, read as plain JSON.

Decided: one file an aspect, as upstream's packages under apiserver/schema; CEL itself is ``kplan.apiserver.cel``.
"""
