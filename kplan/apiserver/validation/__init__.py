"""apiserver/validation: see docs/architecture.md."""
