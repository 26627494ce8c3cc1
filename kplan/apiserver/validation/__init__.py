"""Validation on create and update, one file an API group; shared checks beside them."""
