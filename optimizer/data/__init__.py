"""What comes with the package: the datasets' cards and tables, counties, climate, prices and hourly series."""
