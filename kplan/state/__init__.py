"""etcd: versioned objects, watched and forked, and the places a state comes from.

Decided: the store knows versions, not meaning; what a source gives that no API server has answered for
(a directory of manifests, a git revision) says so, and the pipeline admits it.
"""
