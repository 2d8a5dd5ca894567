"""What may stand in a scenario folder: every section, table and field, with unit and range."""
