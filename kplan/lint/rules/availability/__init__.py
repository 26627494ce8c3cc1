"""Rules about availability during failures, drains and rollouts."""
