"""From the files of a scenario folder to checked rows: every problem at once, each with its place."""
