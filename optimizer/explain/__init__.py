"""What holds a plan back: the limits that it reaches, why each place lost, and what stands in the way where there is none."""
