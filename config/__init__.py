"""The cellar: what the clinic is told from outside (`settings`), and how it speaks (`logging`)."""

VERSION = "0.1.0"
