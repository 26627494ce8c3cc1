"""apiserver/subresources: see docs/architecture.md."""
