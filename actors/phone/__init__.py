"""Phone: what rings for a person, and which call they are in."""
