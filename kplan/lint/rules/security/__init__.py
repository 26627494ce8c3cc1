"""Rules about what a pod, a role or a manifest lets an attacker do."""
