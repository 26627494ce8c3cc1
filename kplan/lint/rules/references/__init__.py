"""Rules about objects that name other objects."""
