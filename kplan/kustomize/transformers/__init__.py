"""What a kustomization does to its objects: a transformer a file, and their order in the roster."""
