"""From a Pyomo model to arrays, and the parts of one model that serve the next."""
