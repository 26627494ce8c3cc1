"""The command line: the only home of click, and the one place where errors end."""
