"""Bad values as servers up to 1.33 print them: in Go's syntax, with the types' names, where later ones print JSON.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.api.quantity import parse_quantity
from kplan.apiserver.field import GoStruct, FieldError, Verbatim, go_quote
from kplan.apiserver.gotypes import json_names, source
from kplan.fieldpath import Key
from kplan.schema import layouts
from kplan.schema.layouts import element

