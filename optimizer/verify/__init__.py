"""Every plan dispatched over all 8,760 hours of the model year, its investments fixed: what the typical hours have missed."""

from optimizer.verify.days import added_labels, verified_instance, with_days
from optimizer.verify.verification import Verification, verify

__all__ = ["Verification", "added_labels", "verified_instance", "verify", "with_days"]
