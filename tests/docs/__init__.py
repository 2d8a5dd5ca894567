"""The documentation: its blocks run, its references are whole, its pictures are those of their script."""
