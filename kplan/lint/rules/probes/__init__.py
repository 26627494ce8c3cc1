"""Rules about readiness, liveness and startup probes."""
