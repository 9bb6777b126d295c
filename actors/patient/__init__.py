"""Patient: my requests, my appointments, my profile."""
