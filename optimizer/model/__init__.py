"""The mixed-integer model: Pyomo, one block per site. ``build(instance)`` is the only way in."""

from optimizer.model.build import build, release

__all__ = ["build", "release"]
