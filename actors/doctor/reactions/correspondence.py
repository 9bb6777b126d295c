"""Whom a doctor's actor tells of a message that came when nobody answers."""

from actors.conversation import messages as conversation
from actors.directory import messages as directory
from actors.doctor.messages import ClinicHoursAsked, CorrespondenceEvent, RepliedForDoctor
from actors.effects import Effect, Send


def react_to_correspondence(event: CorrespondenceEvent) -> list[Effect]:
    """Return what *event* makes this actor send."""
    match event:
        case RepliedForDoctor(thread, number, text, opens_at):
            reply = conversation.ReplyAutomatically(number, text, opens_at)
            return [Send(conversation.address_of(thread), reply)]
        case ClinicHoursAsked(thread, number, written_at):
            wrote = directory.PatientWrote(thread, number, written_at)
            return [Send(directory.ADDRESS, wrote)]
        case _:
            return []
