"""Go's text/template, as far as JSON values can meet it, for ``-o go-template``.

Upstream: Go's text/template and text/template/parse, staging/src/k8s.io/cli-runtime/pkg/printers/template.go
"""

from kplan.kubectl.printers.gotemplate.text import printed

__all__ = ["printed"]
