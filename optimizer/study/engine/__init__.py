"""Who solves the runs of a study, the log of them, and the folder."""
