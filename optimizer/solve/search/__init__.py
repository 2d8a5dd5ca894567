"""Goals in order of priority, and the search by host and window that proves how good a plan is."""
