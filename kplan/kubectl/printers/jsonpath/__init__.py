"""JSONPath templates as kubectl reads them: ``{.items[*].metadata.name}``, with ranges, filters and text.

``parser`` reads a template into nodes, ``evaluate`` finds what they name, ``text`` prints it.

Upstream: staging/src/k8s.io/client-go/util/jsonpath
"""
