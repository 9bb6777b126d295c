"""Visit note: what the doctor writes of a visit, and the summary that the patient gets."""
