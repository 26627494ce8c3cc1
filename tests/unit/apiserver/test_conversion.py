"""Which kinds are converted is known without loading how."""

from kplan.apiserver import conversion
from kplan.apiserver.conversion import aliases


def test_every_kind_that_has_a_conversion_is_converted() -> None:
    assert aliases.ALIASES.keys() == conversion.ALIASED
