"""What the rules of files say no with."""

from actors.refusal import Ground, Refusal


class TypeNotTaken(Refusal):
    """Files of this type can't be sent. Send a photo (JPEG, PNG, WebP, HEIC) or a PDF."""

    code = "type_not_taken"
    ground = Ground.INVALID


class TooLarge(Refusal):
    """The file is too large."""

    code = "too_large"
    ground = Ground.INVALID


class TooManyWaiting(Refusal):
    """Too many of your files wait to be sent. Send your message, or take some of them back."""

    code = "too_many_waiting"
    ground = Ground.TOO_MANY


class SpaceUsedUp(Refusal):
    """You have sent as many files here as there is room for. Delete messages with files first."""

    code = "space_used_up"
    ground = Ground.TOO_MANY


class WrongOffset(Refusal):
    """An earlier part of the file is missing; see the field named for where to go on."""

    code = "wrong_offset"

    def __init__(self, wanted: int) -> None:
        """*wanted* is how many bytes are here: where the next part begins."""
        super().__init__(fields={"offset": str(wanted)})


class BeyondEnd(Refusal):
    """The file is larger than was announced. Choose it again."""

    code = "beyond_end"
    ground = Ground.INVALID


class PartTooShort(Refusal):
    """The file comes in too many small parts. Send larger ones."""

    code = "part_too_short"
    ground = Ground.TOO_MANY


class AlreadyPosted(Refusal):
    """The file is a part of a message already. Delete the message instead."""

    code = "already_posted"
