"""The whole way from a scenario folder to an audited plan, and to a study: what calls all other wings, step after step."""

from optimizer.workflow.whole_way import plan, solve_instance

__all__ = ["plan", "solve_instance"]
