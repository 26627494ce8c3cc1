"""What kubectl prints of objects: tables of columns, and ``describe``'s pages; bytes as the real one writes them."""
