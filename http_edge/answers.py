"""What a link in a letter to a doctor says: which request it answers. Good for one answer.

All links of one round of a request stand for the same command, so that only the first counts.
"""

from datetime import datetime

import msgspec

from actors.ids import AppointmentId, DoctorId, MessageId
from http_edge.tokens import TokenRefused, Tokens

KIND = "answer"


class AnswerClaims(msgspec.Struct, frozen=True):
    """Doctor *sub* answers *round* of the request *appointment*."""

    sub: DoctorId
    appointment: AppointmentId
    round: int


def sign_answer(tokens: Tokens, claims: AnswerClaims, until: datetime) -> str:
    """Return the text of a link that is good until *until*."""
    return tokens.link(
        KIND,
        int(until.timestamp()),
        sub=claims.sub,
        appointment=claims.appointment,
        round=claims.round,
    )


def read_answer(tokens: Tokens, text: str) -> AnswerClaims:
    """Return what the text of a link says, or raise `TokenRefused`."""
    try:
        return msgspec.convert(tokens.read_link(KIND, text), AnswerClaims)
    except msgspec.ValidationError as error:
        raise TokenRefused from error


def command_id(tokens: Tokens, claims: AnswerClaims) -> MessageId:
    """Return the once-only id of the one answer that may be given."""
    said = "\0".join((claims.sub, claims.appointment, str(claims.round)))
    return MessageId(tokens.again(KIND, said))
