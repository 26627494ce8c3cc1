"""What an older minor answers where 1.36 answers otherwise; the tables are in ``schema.changes``."""
