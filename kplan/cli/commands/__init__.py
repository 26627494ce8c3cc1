"""One command a file; ``kplan.cli.roster`` lists them, so that each loads only when it runs."""
