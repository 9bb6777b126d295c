"""Conversation: what was written between a patient and a doctor, or a group of doctors."""
