"""state/sources: see docs/architecture.md."""
