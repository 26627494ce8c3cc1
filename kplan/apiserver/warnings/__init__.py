"""Warnings: what the API server says of a request it accepts all the same.

Upstream: pkg/api/*/warnings.go, pkg/registry/*/*/strategy.go (WarningsOnCreate, WarningsOnUpdate)
"""
