"""Reports to text: one format a file under ``formats``; what a terminal understands is known to ``style`` alone."""
