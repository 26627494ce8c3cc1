"""scheduler/plugins: see docs/architecture.md."""
