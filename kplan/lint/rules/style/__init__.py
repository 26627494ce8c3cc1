"""Rules about how manifests are written."""
