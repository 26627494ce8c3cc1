"""Patches, as the API server applies them and kubectl computes them.

``json_merge`` and ``json_patch`` are the two RFCs; ``strategic_merge`` applies and ``strategic_diff`` computes
patches that know merge keys, read from ``patch_meta``; ``field_set``, ``typed``, ``ownership`` and ``managed_fields``
together are server-side apply.

Decided: values are plain JSON and every entry point copies what it changes, so callers may share what they pass.
"""
