"""From a checked scenario to the instance that is solved."""
