"""Warnings that the API server adds to the answers of requests it accepts.

Upstream: pkg/api/*/warnings.go, pkg/registry/*/*/strategy.go (WarningsOnCreate, WarningsOnUpdate)
"""
