"""Rules about the fields of a container."""
