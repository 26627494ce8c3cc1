"""What the API accepts, as data: bundled releases, merge rules, deprecations, and the kinds that definitions add.

Decided: only the kinds that occur in a run are decoded; a custom resource costs no code.
"""
