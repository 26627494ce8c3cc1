"""Values to text: one format a file; what a terminal understands is known to ``style`` alone."""
