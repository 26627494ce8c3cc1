"""Rules about what roles allow and who is bound to them."""
