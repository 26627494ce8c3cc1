"""What an upgrade of Kubernetes breaks: objects that the next release no longer takes, serves or treats as it did.

What changes from one minor to the next is data: which types exist and which fields they have are the bundled schemas,
when types are deprecated and removed is ``schema.deprecation``, everything else is a row of ``changes``. A check in
``checks/`` reads one kind of it; a new change is a new row, and a new kind of change a new file.
"""
