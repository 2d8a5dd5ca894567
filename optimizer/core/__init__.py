"""What every other wing stands on: the instance, its offers, calendar and hours, money over time, accounts, errors, files' limits."""
