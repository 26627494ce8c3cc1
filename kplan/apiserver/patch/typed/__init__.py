"""Values seen through their shape: validate, list the fields, compare, merge and remove.

The five walks of server-side apply, one a file. A missing side is MISSING, a null is None; upstream
tells them apart as well.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/typed
"""
