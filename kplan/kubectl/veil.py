"""Masks values of Secrets and other credentials in what kplan's kubectl commands print.

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
    """A value with credentials masked; ``sizes`` if only the sizes of a Secret's values are printed."""
    return concealed(value, sizes=sizes) if hides(arguments) else value


def veiled_text(arguments: Arguments, text: str) -> str:
    """A list of variables with credentials masked."""
    return concealed_listing(text) if hides(arguments) else text


def veiled_output(arguments: Arguments, text: str) -> str:
    """The output of a program, or text written by a user, with credentials masked."""
    return concealed_output(text) if hides(arguments) else text
