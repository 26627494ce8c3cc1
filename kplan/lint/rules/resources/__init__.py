"""Rules about the CPU and memory pods ask for."""
