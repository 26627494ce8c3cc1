"""Label and annotation selectors as one text: ``a=b,c in (d,e),!f``.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/yaml/internal/k8sgen/pkg/labels/selector.go
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.scalars import text_of
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError

_OPERATORS: Final = re.compile(r"expected: in, notin.*")
_KEY: Final = re.compile(r'<nil>: Invalid value: ("[^"]*"): a valid label key')


def matches(selector: str, labels: Mapping[str, object]) -> bool:
    """Whether labels satisfy every term."""
    return not selector or _parsed(selector).matches({name: text_of(item) for name, item in labels.items()})


@lru_cache(maxsize=64)
def _parsed(selector: str) -> Selector:
    try:
        return Selector.parse(selector)
    except SelectorError as error:
        # Kustomize has an older copy of the same parser.
        words = _OPERATORS.sub("expected: '=', '!=', '==', 'in', notin'", str(error))
        raise KustomizeError(_KEY.sub(r"invalid label key \1: a qualified name", words)) from None
