"""A mailbox is bounded, keeps its order, and leaves nobody without an answer."""

import msgspec
import pytest

from actors.address import Address
from actors.caller import NOBODY
from actors.ids import MessageId
from actors.runtime.envelope import Envelope, Failed, Reply
from actors.runtime.errors import Fault
from actors.runtime.mailbox import Mail, Mailbox


class Sender:
    """Sends mail and keeps the answers, by the name of the message."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Reply]] = {}

    def mail(self, name: str) -> Mail:
        """Return mail of that name."""
        answers = self.answers.setdefault(name, [])
        to, body = Address("tally", "one"), msgspec.Raw(b"\x80")
        return Mail(Envelope(MessageId(name), to, NOBODY, 0, body), answers.append)


def test_mail_is_taken_in_the_order_in_which_it_came() -> None:
    sender, mailbox = Sender(), Mailbox(9)
    for name in "abc":
        mailbox.offer(sender.mail(name))
    assert [mailbox.take().envelope.id for _ in range(3)] == ["a", "b", "c"]


def test_a_full_mailbox_answers_busy_at_once() -> None:
    sender, mailbox = Sender(), Mailbox(2)
    for name in "abc":
        mailbox.offer(sender.mail(name))
    assert len(mailbox) == 2
    assert sender.answers == {"a": [], "b": [], "c": [Failed(Fault.BUSY)]}


def test_mail_that_is_put_back_is_next_in_its_old_order() -> None:
    sender, mailbox = Sender(), Mailbox(1)
    mailbox.offer(sender.mail("c"))
    mailbox.put_back([sender.mail("a"), sender.mail("b")])
    assert [mailbox.take().envelope.id for _ in range(3)] == ["a", "b", "c"]


def test_everything_that_waits_can_be_answered_at_once() -> None:
    sender, mailbox = Sender(), Mailbox(9)
    for name in "ab":
        mailbox.offer(sender.mail(name))
    mailbox.fail_all(Fault.STOPPING)
    assert sender.answers == {"a": [Failed(Fault.STOPPING)], "b": [Failed(Fault.STOPPING)]}
    with pytest.raises(IndexError):
        mailbox.take()


def test_mail_is_answered_once_at_most() -> None:
    sender = Sender()
    mail = sender.mail("a")
    mail.fail(Fault.LATE)
    mail.fail(Fault.BUSY)
    assert sender.answers == {"a": [Failed(Fault.LATE)]}
