"""What outlives a process: the journal (`sqlite`, or `memory` for tests), and `blobs`."""
