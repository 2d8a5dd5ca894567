"""A study's file: read, checked, described."""
