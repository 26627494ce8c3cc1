"""Rules about what stands inside a container."""
