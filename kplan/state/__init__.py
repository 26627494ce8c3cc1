"""etcd: versioned objects, watched and forked, and the places a state comes from.

Decided: the store knows versions, not meaning; a source says which of its objects no API server has admitted yet
(a directory of manifests, a git revision), and the pipeline admits them.
"""
