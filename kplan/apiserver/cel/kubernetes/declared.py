"""Where the functions Kubernetes adds to CEL are declared; every module beside this one adds its own."""

from typing import Final

from kplan.apiserver.cel.library import Library

KUBERNETES: Final = Library()
function = KUBERNETES.function
