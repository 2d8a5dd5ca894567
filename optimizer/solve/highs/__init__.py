"""One call of a solver in a process of its own: what it is told, how it answers, what is tried where it fails."""
