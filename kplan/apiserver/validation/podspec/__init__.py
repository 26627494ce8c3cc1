"""apiserver/validation/podspec: see docs/architecture.md."""
