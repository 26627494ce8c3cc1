"""Rules about Services and Ingresses."""
