"""What kplan's commands leave out of what kubectl prints: values of Secrets, and other credentials.

Upstream: none; kubectl prints them. Where a verb has the flag ``--show-secrets``, as kplan's commands do, it decides.
"""

from typing import Any, Final

from kplan.kubectl.arguments import Arguments
from kplan.masking.lines import concealed_listing
from kplan.masking.objects import concealed, concealed_output

FLAG: Final = "show-secrets"


def hides(arguments: Arguments) -> bool:
    """Whether a command line asks for a verb of kplan's, and not for what is hidden."""
    return FLAG in arguments.flags and not arguments.switch(FLAG)


def veiled(arguments: Arguments, value: Any, *, sizes: bool = False) -> Any:
    """A value as it is to be printed; ``sizes`` if of the data of a Secret only the size is."""
    return concealed(value, sizes=sizes) if hides(arguments) else value


def veiled_text(arguments: Arguments, text: str) -> str:
    """A list of variables as it is to be printed."""
    return concealed_listing(text) if hides(arguments) else text


def veiled_output(arguments: Arguments, text: str) -> str:
    """What a program has printed, or what a user has written, as it is to be printed."""
    return concealed_output(text) if hides(arguments) else text
