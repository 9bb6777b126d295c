"""Call session: who waits, who is in the call, how media travel, what was agreed."""
