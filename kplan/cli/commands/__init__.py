"""cli/commands: see docs/architecture.md."""
