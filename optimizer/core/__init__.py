"""What every other wing stands on: the instance and its offers, the calendar, money over time, hours, accounts, errors, files read with limits."""
