"""Why somebody is told no by a visit note."""

from actors.refusal import Ground, Refusal


class NoteChanged(Refusal):
    """Somebody has changed this note since you opened it. Read it again, then add what is yours."""

    code = "note_changed"


class NoteFinal(Refusal):
    """This note is signed and stays as it is. You can add an amendment."""

    code = "note_final"


class NothingWritten(Refusal):
    """There is nothing in this note yet. Write something before you sign it."""

    code = "nothing_written"


class NotSigned(Refusal):
    """This note is not signed yet. Change the note itself."""

    code = "not_signed"


class TooManyAmendments(Refusal):
    """This note has as many amendments as it can have."""

    code = "too_many_amendments"
    ground = Ground.TOO_MANY
