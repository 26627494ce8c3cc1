"""kubectl's own logic: what the client computes before the API server is asked, and how it words what comes back.

``verbs`` are its commands: ``arguments`` reads a command line, ``choosing`` finds the objects it means, ``invocation``
runs it. ``reading`` -> Info; ``patcher`` computes the three-way patch; ``diff`` and ``apply`` are the two commands,
``pruning`` finds what they would remove; ``wording`` are the error texts and ``diagnose`` turns refusals into
diagnostics with places.

Decided: the functions take a Server (a fork of the state for questions, the state itself for changes) and objects in
order, so that objects of one run see each other; nothing here prints: a verb answers with ``Printed``.
"""
