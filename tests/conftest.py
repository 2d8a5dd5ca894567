"""For all tests: hypothesis does not judge by the clock, which depends on what else a machine does."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
