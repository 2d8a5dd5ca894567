"""A plan as data: its tables, its folder, what it is compared with, and which limits it uses up."""
