"""Options of rules: what a team sets otherwise, declared by the rule itself and read by its check."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from kplan.namedtuples import NamedTuple

T = TypeVar("T")

Settings = Mapping[str, Any]
"""Values that differ from the default, by key such as ``SEC025.ports``."""


class Takes(StrEnum):
    """What an option takes, in the words of its documentation."""

    TEXTS = "a list of texts"
    NUMBERS = "a list of numbers"
    NUMBER = "a number"
    FLAG = "true or false"
    QUANTITIES = "a quantity by resource"


class Option(NamedTuple, Generic[T]):
    """A setting that a rule accepts."""

    key: str
    """The rule's code and the option's name: ``SEC025.ports``."""
    takes: Takes
    default: T
    text: str
    """What it is, in a sentence."""

    @property
    def name(self) -> str:
        """Its name in ``lint.options`` under the rule's code."""
        return self.key.partition(".")[2]

    def of(self, settings: Settings) -> T:
        """What it is set to."""
        found: T = settings.get(self.key, self.default)
        return found


def written(value: Any) -> str:
    """A value as a configuration has it."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {amount}' for name, amount in value.items())}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def converted(option: Option[Any], value: Any) -> Any:
    """A value of the configuration as the option takes it. Raises ValueError."""
    found = _READERS[option.takes](value)
    if found is None:
        raise ValueError(f"{option.key} takes {option.takes}")
    return found


def _texts(value: Any) -> tuple[str, ...] | None:
    listed = [value] if isinstance(value, str) else value
    return tuple(listed) if isinstance(listed, list) and all(isinstance(one, str) for one in listed) else None


def _numbers(value: Any) -> tuple[int, ...] | None:
    listed = value if isinstance(value, list) else [value]
    return tuple(listed) if all(_number(one) is not None for one in listed) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _quantities(value: Any) -> Mapping[str, str] | None:
    from kplan.api.quantity import Quantity, QuantityError  # noqa: PLC0415 - one rule takes them

    if not isinstance(value, dict):
        return None
    try:
        return {name: str(Quantity.parse(str(amount)) and amount) for name, amount in value.items()}
    except QuantityError:
        return None


_READERS: Final = {
    Takes.TEXTS: _texts, Takes.NUMBERS: _numbers, Takes.NUMBER: _number, Takes.FLAG: _flag, Takes.QUANTITIES: _quantities,
}  # fmt: skip
