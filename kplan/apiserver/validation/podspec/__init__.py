"""Validation of pods and their templates, one file a subject."""
