"""What the runs of a study say, in numbers and words."""
