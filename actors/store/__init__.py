"""What outlives a process: the journal, kept in SQLite (`sqlite`) or in memory (`memory`)."""
