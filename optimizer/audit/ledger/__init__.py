"""The ledger of a plan, computed again line by line."""
