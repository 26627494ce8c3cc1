"""Rules about names, labels, annotations and identity."""
