"""The editor's side: diagnostics while somebody types, fields and values to choose from, and the way to what is named.

Decided: a document is linted as ``kplan lint`` lints the file, with the rest of the workspace as its context; where the
cursor stands is told by indentation, because a text is broken most of the time somebody types it.
"""
