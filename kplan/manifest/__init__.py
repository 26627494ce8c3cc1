"""Text to documents: reads YAML and JSON exactly as kubectl does and remembers where everything stood.

It knows text and positions, nothing of Kubernetes. In::

    loaded = load_file("web.yaml")              # or load_bytes(data, "name"), load_text(text, "name")
    loaded.documents                            # Document(source, index, value, text, line); value is plain JSON
    loaded.diagnostics                          # Diagnostic(YAML00x) with location, excerpt and help
    document.location(FieldPath("spec") / "replicas")   # file:line:column, worked out when asked
    document.excerpt(path)                      # the line with a caret

``inputs`` finds the files; ``api.decode.decode(loaded.documents)`` makes objects of documents.
Out: ``writer.to_yaml(value)`` prints as kubectl does; ``editor.Editor`` changes a text and keeps
every byte that is not meant.

Decided: libyaml (through PyYAML's event stream) on the hot path, since go-yaml inside kubectl is its port and
benchmarks/parse.py shows what faster parsers would gain and what they would misread; one broken document never hides
another; what is not reported costs no position.
"""
