"""Objects to findings: rules that are values, run over all objects of a run at once; never sees the cluster.

    findings = linter.lint(objects, Catalog.for_version(), LintOptions(ignore=("SEC",)))
    settled = selection.settle([*findings, *more], objects, options, ran)     # severities and suppression comments

A rule is one module under ``rules/<theme>/`` with its documentation and examples inside; finding it is walking, so
adding a file adds a rule, its tests and its page in ``kplan rules``. What the API server itself refuses joins as
diagnostics of other stages: the pipeline passes them in to be selected and suppressed like findings.

Decided: one world a run, whatever directories the objects come from; selectors are ANDed within one namespace, and an
object that names no namespace lives in the run's; a rule reads unchecked JSON and must not stumble over wrong types;
errors are only what a real API server refuses or what can never work; fixed codes, so suppressions stay true.
"""
