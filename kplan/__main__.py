"""Run kplan as ``python -m kplan``."""

from kplan.cli.main import main

main()
