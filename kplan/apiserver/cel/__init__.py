"""The Common Expression Language as the API server speaks it: parsed, type-checked, evaluated,
with Kubernetes' libraries.

``Environment(variables).compile(text)`` gives a Program or raises CompileError in cel-go's words.

Decided: an implementation of its own, because compile errors are part of the server's answers and schema types must
take part in checking; the bindings of other implementations offer neither cel-go's texts nor such types.
"""
