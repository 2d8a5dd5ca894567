"""The page of a study: what moves the decision, told from ``answers.json`` and the table of its runs."""
