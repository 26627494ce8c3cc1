"""A template that stopped in the middle."""

from kplan.errors import UsageError


class TemplateFailedError(UsageError):
    """A template that does not fit the object; ``printed`` is what kubectl has printed on standard output by then."""

    def __init__(self, message: str, printed: str) -> None:
        super().__init__(message)
        self.printed = printed
