"""Rules for the levels of the Pod Security Standards."""
