"""kplan's own documents against the schemas it publishes for them under ``schemas/kplan``.

Other tools read and write these documents, too, so one is checked before it is used. The only module that imports
jsonschema.
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from kplan.errors import UsageError
from kplan.schema import data

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def check(name: str, document: Any) -> None:
    """Check a document against ``<name>.json``. Raises UsageError with the most relevant error."""
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - most commands read no such document

    error = best_match(_validator(name).iter_errors(document))
    if error is not None:
        what = name.partition(".")[0]
        raise UsageError(f"not a {what}: {error.json_path}: {error.message}")


@cache
def _validator(name: str) -> "Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - most commands read no such document

    return Draft202012Validator(json.loads(data.read(f"kplan/{name}.json")))
