"""Why somebody is told no in a conversation."""

from actors.refusal import Refusal


class ThreadClosed(Refusal):
    """This conversation is closed. You can read it, and write again when you have a new visit."""

    code = "thread_closed"


class TooLateToEdit(Refusal):
    """A message can be changed for 24 hours, and not once it is deleted. Please write a new one."""

    code = "too_late_to_edit"


class MessageGone(Refusal):
    """The message that you answer is not there any more. Send yours without it."""

    code = "message_gone"


class FileNotReady(Refusal):
    """One of these files is not ready yet, or not there any more. Wait for it, or add it again."""

    code = "file_not_ready"
