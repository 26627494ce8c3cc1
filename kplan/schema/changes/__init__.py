"""What changed between the minors of Kubernetes, as tables: a row says since when, where, and what was before."""
