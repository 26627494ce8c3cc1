"""``kplan completion``: the script that makes a shell complete kplan's words."""

import click

from kplan.cli.lean import Command


@click.command("completion", cls=Command, epilog="\b\nExample:\n  source <(kplan completion bash)")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> int:
    """Print the completion script for a shell: commands, options, rule codes, kinds, names, nodes and formats.

    For bash, put 'source <(kplan completion bash)' into ~/.bashrc; for zsh the same into ~/.zshrc; for fish run
    'kplan completion fish > ~/.config/fish/completions/kplan.fish'.
    """
    from click.shell_completion import get_completion_class

    from kplan.cli.group import cli

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "kplan", "_KPLAN_COMPLETE").source())
    return 0
