"""Rules about labels and the selectors that must match them."""
