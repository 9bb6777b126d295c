"""One type per thing that has a name of its own, so that no id is taken for another."""

from typing import NewType

AccountKey = NewType("AccountKey", str)
"""SHA-256 (hex) of a normalised e-mail: where an account lives."""

UserId = NewType("UserId", str)
"""A person with an account, whatever the role."""

PatientId = NewType("PatientId", str)
"""The `UserId` of a patient."""

DoctorId = NewType("DoctorId", str)
"""The `UserId` of a doctor."""

DepartmentId = NewType("DepartmentId", str)
CategoryId = NewType("CategoryId", str)
GroupId = NewType("GroupId", str)
VisitTypeId = NewType("VisitTypeId", str)
QuestionId = NewType("QuestionId", str)
AbsenceId = NewType("AbsenceId", str)
SeriesId = NewType("SeriesId", str)
HoldId = NewType("HoldId", str)
ConversationId = NewType("ConversationId", str)
"""One lasting thread: of a patient and a doctor, or of a patient and a group of doctors."""

FileId = NewType("FileId", str)
SubscriptionId = NewType("SubscriptionId", str)
"""A browser that may be pushed to."""

CallId = NewType("CallId", str)
"""One call session: of a visit, or of a thread in which people call one another."""

LegId = NewType("LegId", str)
"""One page (or program) through which somebody takes part in a call."""

GuestId = NewType("GuestId", str)
"""Somebody who was invited to one visit by a link."""

RingId = NewType("RingId", str)
RecordingId = NewType("RecordingId", str)
AppointmentId = NewType("AppointmentId", str)
SessionId = NewType("SessionId", str)
MessageId = NewType("MessageId", str)
"""The once-only name of one command (and of every retry of it)."""
