"""Documents to objects: the vocabulary of Kubernetes, its scalar types with their arithmetic, and typed views.

Decided: JSON stays what the user wrote; views are for reading.
"""
