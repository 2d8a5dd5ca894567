"""What does not fit together in a scenario."""
