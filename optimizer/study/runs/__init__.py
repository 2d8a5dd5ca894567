"""What the runs of a study change, and the questions that they ask."""
