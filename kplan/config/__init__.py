"""The configuration of a repository: ``.kplan.yaml``, ``.kplan.yml`` or ``[tool.kplan]`` in ``pyproject.toml``.

The nearest one upwards from the working directory counts. It is read and checked here, composed into what each stage
takes, and read nowhere below::

    found = files.find(Path.cwd())             # the file, or None
    configuration = reading.read(found)        # raises DiagnosedError: every unknown key with its line and nearest name
    configuration.get("lint.select")

What is given on the command line outweighs the environment (``KPLAN_STATE``, ``KPLAN_KUBERNETES``, ``KPLAN_CONFIG``),
that the file, and that the default. Paths in the file are relative to the file.

Decided: a key exists only where something reads it, so an unknown key is always a mistake; without a file nothing of
this package but ``files`` is loaded.
"""
