"""Every mechanism of the model alone: the optimum with it and without it, both worked out by hand."""
