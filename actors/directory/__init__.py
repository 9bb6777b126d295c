"""Directory: who exists, by name, role and department; who is invited."""
