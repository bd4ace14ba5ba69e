"""Messages leave once, by the right channel, in the right words; what fails is tried again."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from store import back_in_stock, handovers, messages, pickups, reminders, web_returns
from store.connectors.letters import Letter, Sender
from store.connectors.mail_folder import MailFolder
from store.database import reading, writing
from store.errors import ConnectorError, CredentialsRefused, LinkDown, NoAnswer
from store.models import (
    BackInStock,
    CustomerMessage,
    Order,
    OrderLine,
    Staff,
    StockLevel,
    Store,
    Variant,
)
from store.records import OrderEventRecord
from store.web.messages.office import Office
from store.web.messages.sending import FEWEST_TRIES, Sending
from store.web_returns import Returned
from store.workers import Pace
from tests.counting import counted
from tests.shop import arrange_order, find_shop, named

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ADDRESS = "https://retraits.example"
SENDER = Sender(address="retraits@maboutique.example")


@dataclass
class Postman:
    """Keeps the letters that it is given; `faults` are raised first, one a letter."""

    channels: frozenset[str] = frozenset({"email", "sms"})
    letters: list[Letter] = field(default_factory=list)
    faults: list[Exception | None] = field(default_factory=list)

    def send(self, letter):
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.letters.append(letter)
        return f"P-{len(self.letters)}"

    def close(self):
        pass


def fault(kind=ConnectorError, *, permanent=False):
    return kind(permanent=permanent, reason="451 later", retry_after_seconds=None)


@pytest.fixture
def postman():
    return Postman()


@pytest.fixture
def make(app, engine):
    def make(*carriers, prefer="email", address=ADDRESS, name="w", **pace):
        channels = sorted({channel for one in carriers for channel in one.channels})
        office = Office(channels=channels, prefer=prefer, address=address, language="fr")
        return Sending(
            app,
            engine,
            carriers,
            name=name,
            office=office,
            own_store="LIL",
            pace=Pace(**pace),
            elapsed=lambda: 0.0,  # a pass takes no time, however slow the machine is
        )

    return make


@pytest.fixture
def write(engine, shop, now):
    """Write a message about the shop's order, or another one each time; return its uid."""
    numbers = itertools.count()

    def order_of(session, number):
        if number == 0:
            return session.get_one(Order, shop.order.id)
        here = find_shop(session, named(shop))
        order = arrange_order(session, here, number=f"50000{number}", state="ready")
        order.customer = here.camille
        return order

    def write(kind="ready", *, facts=None, **told):
        with writing(engine) as session:
            order = order_of(session, next(numbers))
            for name, value in told.items():
                setattr(order, name, value)
            return messages.write(
                session, order, kind, occasion=order.uid, facts=facts, now=now
            ).uid

    return write


@pytest.fixture
def row(engine):
    def row(uid):
        with reading(engine) as session:
            return session.scalars(select(CustomerMessage).where(CustomerMessage.uid == uid)).one()

    return row


def test_a_message_leaves_once_and_says_when_and_how(make, postman, write, row, now):
    uid = write()
    sending = make(postman)

    done = [sending.run_once(now), sending.run_once(now + DAY)]

    assert [one.sent for one in done] == [1, 0]
    (letter,) = postman.letters
    assert (letter.uid, letter.channel, letter.to) == (
        uid,
        "email",
        "camille.roussel@example.org",
    )
    sent = row(uid)
    assert (sent.state, sent.channel, sent.provider_id) == ("sent", "email", "P-1")
    assert sent.sent_to == "c••@example.org"
    assert sent.sent_at >= now


@pytest.mark.parametrize("is_paid", [True, False])
def test_a_question_says_how_many_lack_and_gives_back_only_what_was_paid(
    make, postman, write, engine, is_paid, now
):
    with writing(engine) as session:
        for line in session.scalars(select(OrderLine).where(OrderLine.sku == "22699")):
            line.state, line.quantity = "substitute_proposed", 2
    write("substitution", state="problem", paid=is_paid)

    make(postman).run_once(now)

    (letter,) = postman.letters
    text = " ".join(letter.text.split())
    assert "2 × Tasse et soucoupe Regency" in text.split("Dites-nous")[0]
    assert ("demander un remboursement" in text) == is_paid
    assert ("rien n’est dû pour ce qui manque" in text) != is_paid


def test_a_letter_says_what_where_until_when_and_shows_the_code(make, postman, write, now):
    write(pickup_by=(now + 7 * DAY).date())

    make(postman).run_once(now)

    (letter,) = postman.letters
    assert letter.subject == "Votre commande 482 915 est prête"
    assert letter.sender == "Lille, Grand'Place"
    for text in (letter.text, letter.html):
        assert "Bonjour Camille," in text
        assert "samedi 28 novembre" in text
        assert "482\u202f915" in text
        assert f"{ADDRESS}/p/r/" in text
        assert "Déjà payée" in text
    assert letter.pictures["qr"].startswith(b"\x89PNG")


def test_a_letter_tells_two_articles_of_one_name_apart(make, postman, write, engine, shop, now):
    with writing(engine) as session:
        session.get_one(Variant, shop.cup.id).colour = "Bleu ciel"
    write()

    make(postman).run_once(now)

    (letter,) = postman.letters
    assert "Bleu ciel" in letter.text and "Bleu ciel" in letter.html


def test_nothing_of_the_shop_s_own_network_is_promised_without_an_address(
    make, postman, write, now
):
    write()

    make(postman, address="").run_once(now)

    (letter,) = postman.letters
    assert "http" not in letter.text
    assert "href" not in letter.html


def test_what_has_no_price_is_not_said_to_cost_nothing(make, postman, write, engine, shop, now):
    with writing(engine) as session:
        for line in session.get_one(Order, shop.order.id).lines:
            line.unit_price_minor = 0
    write()

    make(postman).run_once(now)

    (letter,) = postman.letters
    for text in (letter.text, letter.html):
        assert "0,00" not in text and "Déjà payée" in text


def test_it_speaks_the_language_of_the_customer(make, postman, write, now):
    write(language="en-GB", pickup_by=(now + 7 * DAY).date())

    make(postman).run_once(now)

    (letter,) = postman.letters
    assert letter.language == "en"
    assert letter.subject == "Your order 482 915 is ready"
    assert "Saturday 28 November" in letter.text
    assert '<html lang="en">' in letter.html


@pytest.mark.parametrize(
    ("prefer", "told", "channel", "to"),
    [
        ("email", {}, "email", "camille.roussel@example.org"),
        ("sms", {}, "sms", "+33600000042"),
        ("sms", {"facts": {"email": "other@example.org"}}, "email", "other@example.org"),
        ("sms", {"kind": "receipt", "state": "collected"}, "email", "camille.roussel@example.org"),
    ],
)
def test_the_channel_is_the_preferred_one_that_can_carry_it(
    prefer, told, channel, to, make, postman, write, now
):
    write(**told)

    make(postman, prefer=prefer).run_once(now)

    assert [(one.channel, one.to) for one in postman.letters] == [(channel, to)]


def test_a_text_is_short_and_plain(make, postman, write, now):
    write(pickup_by=(now + 7 * DAY).date())

    make(postman, prefer="sms", address="").run_once(now)

    (letter,) = postman.letters
    assert letter.text == (
        "Lille, Grand'Place : votre commande 482915 est là. Jusqu'au samedi 28 novembre. "
        "Code 482 915."
    )
    assert len(letter.text) <= 160


def test_whoever_cannot_be_reached_is_left_to_a_person(make, write, row, now):
    uid = write("ready")
    nobody = Postman(channels=frozenset())

    done = make(nobody).run_once(now)

    assert (done.sent, done.ended) == (0, 1)
    assert row(uid).state == "unreachable"


def test_what_was_overtaken_is_not_sent(make, postman, write, row, now):
    uid = write("placed")

    make(postman).run_once(now)

    assert postman.letters == []
    assert row(uid).state == "withdrawn"


def test_a_refusal_for_good_ends_it_and_another_waits(make, postman, write, row, now):
    bounced, waits = write(), write()
    postman.faults = [fault(permanent=True), fault(NoAnswer)]
    sending = make(postman, backoff_base_seconds=0.001)

    done = sending.run_once(now)
    sending.run_once(now + MINUTE)

    assert (done.ended, done.retried) == (1, 1)
    assert (row(bounced).state, row(bounced).last_error) == ("bounced", "451 later")
    assert (row(waits).state, row(waits).attempts) == ("sent", 1)
    assert [one.uid for one in postman.letters] == [waits]


def test_nobody_there_is_asked_once_and_uses_up_nothing(make, postman, write, row, now):
    uids = [write(), write()]
    postman.faults = [fault(LinkDown), fault(LinkDown)]
    sending = make(postman)

    done = sending.run_once(now)

    assert (done.held, done.retried, done.error) == (2, 0, "451 later")
    assert len(postman.faults) == 1
    sending.run_once(now + MINUTE)  # asked again, in vain
    back = sending.run_once(now + 3 * DAY)
    assert back.sent == 2
    assert [row(uid).attempts for uid in uids] == [0, 0]


def test_what_waited_for_a_line_leaves_at_its_first_answer(make, postman, write, row, now):
    for _message in range(4):
        write()
    postman.faults = [fault(LinkDown)]
    sending = make(postman, backoff_max_seconds=6 * 3600.0)
    sending.run_once(now)

    done = sending.run_once(now + MINUTE)

    assert done.sent == 4


def test_what_another_worker_left_waiting_leaves_at_the_first_answer(make, postman, write, now):
    write(), write()
    postman.faults = [fault(LinkDown)]
    make(postman, backoff_max_seconds=6 * 3600.0).run_once(now)
    write()

    assert make(postman).run_once(now + MINUTE).sent == 3


@pytest.mark.parametrize("kind", [LinkDown, CredentialsRefused])
def test_a_channel_that_is_down_holds_back_no_other(make, postman, write, row, now, kind):
    texts = Postman(channels=frozenset({"sms"}), faults=[fault(kind)])
    postman.channels = frozenset({"email"})
    text, mail = write(), write(facts={"email": "other@example.org"})

    done = make(texts, postman, prefer="sms").run_once(now)

    assert (done.sent, done.held) == (1, 1)
    assert (row(text).state, row(text).attempts) == ("waiting", 0)
    assert row(mail).state == "sent"


def test_a_line_that_is_silent_again_and_again_is_left_alone(make, postman, write, row, now):
    uids = [write() for _message in range(5)]
    postman.faults = [fault(NoAnswer)] * 5

    done = make(postman, backoff_base_seconds=3600.0, backoff_max_seconds=3600.0).run_once(now)

    assert len(postman.faults) == 2
    assert (done.retried, done.held) == (2, 3)
    assert [row(uid).attempts for uid in uids] == [1, 1, 0, 0, 0]


def test_one_that_is_never_answered_is_not_handed_over_with_each_other(make, postman, write, now):
    for _message in range(4):
        write()
    postman.faults = [fault(NoAnswer)]
    sending = make(postman, backoff_base_seconds=3600.0, backoff_max_seconds=3600.0)
    sending.run_once(now)

    again = sending.run_once(now)

    assert (len(postman.letters), again.sent) == (3, 0)


@pytest.mark.parametrize(
    ("kind", "tries", "state"),
    [
        (ConnectorError, FEWEST_TRIES - 2, "waiting"),
        (ConnectorError, FEWEST_TRIES - 1, "failed"),
        (LinkDown, 1000, "waiting"),
        (CredentialsRefused, 1000, "waiting"),
        (NoAnswer, 1000, "waiting"),
    ],
)
def test_only_what_is_refused_for_days_again_and_again_is_given_up(
    make, postman, write, row, engine, now, kind, tries, state
):
    uid = write()
    with writing(engine) as session:
        session.query(CustomerMessage).filter_by(uid=uid).update({"attempts": tries})
    postman.faults = [fault(kind)]

    make(postman).run_once(now + 3 * DAY)

    assert row(uid).state == state


def test_a_pause_of_days_that_a_carrier_asks_for_is_kept_to_nearly_a_day(
    make, postman, write, row, now
):
    uid = write()
    asked = ConnectorError(permanent=False, reason="429", retry_after_seconds=30 * 3600.0)
    postman.faults = [asked, asked]
    sending = make(postman)

    for hours in (0, -0.5, 0, 1, 22):
        sending.run_once(now + timedelta(hours=hours))

    assert (row(uid).attempts, len(postman.faults)) == (1, 1)


def test_a_carrier_that_fails_as_nobody_foresaw_holds_nobody_back(make, postman, write, row, now):
    odd, good = write(), write()
    postman.faults = [UnicodeError("odd")]

    done = make(postman, backoff_base_seconds=3600.0).run_once(now)

    assert (done.sent, done.retried) == (1, 1)
    found = row(odd)
    assert (found.state, found.attempts, found.last_error) == ("waiting", 1, "UnicodeError")
    assert row(good).state == "sent"


def test_a_reminder_that_cannot_be_written_holds_nothing_back(
    make, postman, write, wish, monkeypatch, now
):
    write()

    def fails(*_args, **_told):
        raise KeyError("odd")

    monkeypatch.setattr(reminders, "list_due", lambda *_args, **_told: ["one", "two"])
    monkeypatch.setattr(reminders, "write", fails)

    done = make(postman).run_once(now)

    assert (done.reminded, done.sent) == (1, 2)
    monkeypatch.setattr(reminders, "list_due", fails)
    write()
    assert make(postman).run_once(now).sent == 1


def test_a_letter_that_cannot_be_written_holds_nobody_back(make, postman, write, row, now):
    sending = make(postman, backoff_base_seconds=600.0)  # however slow the machine
    sending.run_once(now)
    odd, good = write(), write()
    sending._app = Refuses(sending._app)

    done = sending.run_once(now)

    assert (done.sent, done.retried) == (1, 1)
    assert (row(odd).state, row(odd).last_error) == ("waiting", "KeyError")
    assert row(good).state == "sent"


class Refuses:
    """An application that fails the first letter."""

    def __init__(self, app):
        self.app, self.is_first = app, True

    def app_context(self):
        if self.is_first:
            self.is_first = False
            raise KeyError("odd")
        return self.app.app_context()


def test_a_worker_that_died_sends_again_under_the_same_name(make, write, row, now, tmp_path):
    uid = write()
    folder = MailFolder(tmp_path / "mails", SENDER)

    class Dies:
        channels = folder.channels

        def send(self, letter):
            folder.send(letter)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(Dies()).run_once(now)
    assert row(uid).state == "claimed"
    sending = make(folder)
    sending.begin()
    sending.run_once(now)

    (mail,) = (tmp_path / "mails").iterdir()
    read = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert read["Message-ID"] == f"<{uid}@maboutique.example>"
    assert row(uid).state == "sent"


def test_reminders_are_written_and_sent(make, postman, engine, shop, now):
    with writing(engine) as session:
        order = session.get_one(Order, shop.order.id)
        order.pickup_by, order.ready_at = now.date(), now - DAY

    done = make(postman).run_once(now)

    assert (done.reminded, done.sent) == (1, 1)
    assert postman.letters[0].subject == "Dernier jour pour retirer la commande 482 915"


def test_a_receipt_lists_what_was_given_that_time(make, postman, engine, shop, now):
    with writing(engine) as session:
        order = session.get_one(Order, shop.order.id)
        pickups.hand_over(
            session,
            order.uid,
            line_uids=[order.lines[0].uid],
            staff=None,
            check="qr",
            now=now,
        )

    make(postman).run_once(now)

    (letter,) = postman.letters
    assert letter.subject == "Reçu de remise, commande 482 915"
    assert "Tasse et soucoupe" in letter.text
    assert "Présentoir" not in letter.text


def test_a_receipt_names_what_was_refused_that_time(make, postman, engine, shop, now):
    with writing(engine) as session:
        order = session.get_one(Order, shop.order.id)
        order.language = "en"
        cup, stand = order.lines
        outcomes = {
            cup.uid: handovers.Outcome(given=cup.quantity),
            stand.uid: handovers.Outcome(given=0, rest="damaged"),
        }
        handing = handovers.Handing(lines=outcomes, check="qr")
        labels = cup.label, stand.label
        handovers.give(session, order.uid, handing, staff=None, now=now)

    make(postman).run_once(now)

    (letter,) = postman.letters
    (told,) = [line for line in letter.text.splitlines() if "Refused at the counter: " in line]
    assert [label in told for label in labels] == [False, True]
    assert told.strip(". ") in letter.html


@pytest.mark.parametrize(("kind", "state"), [("ready", "partly_collected"), ("expired", "expired")])
def test_who_has_got_a_part_is_told_of_the_rest_only(
    make, postman, write, engine, shop, now, kind, state
):
    with writing(engine) as session:
        session.get_one(OrderLine, shop.order.lines[0].id).state = "collected"
    write(kind, state=state)

    make(postman).run_once(now)

    (letter,) = postman.letters
    assert "Présentoir" in letter.text and "Tasse et soucoupe" not in letter.text
    assert "10,95" in letter.text.split("Total")[1]


@pytest.fixture
def undo(engine, shop):
    """Undo the last handover of the shop's order."""

    def undo(now):
        with writing(engine) as session:
            manager = session.get_one(Staff, shop.manager.id)
            why = {"reason": "wrong_order", "staff": manager, "now": now}
            handovers.reverse(session, shop.order.uid, **why)

    return undo


def hand_over(engine, shop, now, language="fr"):
    with writing(engine) as session:
        order = session.get_one(Order, shop.order.id)
        order.language = language
        lines = [line.uid for line in order.lines if line.state != "collected"]
        pickups.hand_over(session, order.uid, line_uids=lines, staff=None, check="qr", now=now)


def test_a_receipt_of_what_was_undone_is_put_right(make, postman, undo, engine, shop, now):
    hand_over(engine, shop, now)
    sending = make(postman)
    sending.run_once(now)

    undo(now + MINUTE)
    sending.run_once(now + MINUTE)
    hand_over(engine, shop, now + 2 * MINUTE)
    sending.run_once(now + 2 * MINUTE)

    _first, undone, second = postman.letters
    assert undone.subject == "Retrait annulé, commande 482 915"
    for text in (undone.text, undone.html):
        assert "Le retrait de votre commande, samedi 21 novembre à 14" in text
        assert "a été annulé par le magasin" in text
        assert "n'est plus valable" in text.replace("&#39;", "'").replace("’", "'")
        assert "Votre commande vous attend à Lille" in text
        assert "Tasse et soucoupe" not in text and "Déjà payée" not in text
    assert second.subject == "Reçu de remise, commande 482 915"


def test_an_undo_of_a_part_tells_of_that_and_the_receipt_of_the_rest(
    make, postman, engine, shop, now
):
    hand_over(engine, shop, now)
    sending = make(postman)
    sending.run_once(now)
    with writing(engine) as session:
        order = session.get_one(Order, shop.order.id)
        order_uid, lines = order.uid, (("22699", 1),)
        undone = OrderEventRecord(type="handover_reversed", occurred_at=now, lines=lines)
        pickups.record_event(session, undone, order_uid, now=now, tells=True)

    sending.run_once(now + MINUTE)
    with writing(engine) as session:
        first = session.scalars(
            select(CustomerMessage).where(CustomerMessage.kind == "receipt")
        ).one()
        ines = session.get_one(Staff, shop.ines.id)
        messages.resend(session, first.uid, staff=ines, cooldown=MINUTE, now=now + DAY)
    sending.run_once(now + DAY)

    _first, undone, again = postman.letters
    assert undone.subject == "Retrait annulé en partie, commande 482 915"
    assert "1 × Tasse et soucoupe" in undone.text and "Présentoir" not in undone.text
    assert "Le reste est à vous" in undone.text and "payée" not in undone.text
    assert "Tasse et soucoupe" not in again.text and "1 × Présentoir" in again.text
    assert "10,95" in again.text.split("Total")[1]


@pytest.mark.parametrize("is_given_again", [False, True])
def test_an_undo_of_one_of_two_equal_lines_names_what_was_given_for_it(
    make, postman, engine, shop, now, is_given_again
):
    rose = {"substitute_sku": "ROSE", "substitute_label": "Tasse rose"}
    with writing(engine) as session:
        cup = session.get_one(OrderLine, shop.order.lines[0].id)
        one = {"variant_id": cup.variant_id, "sku": cup.sku, "label": cup.label, "quantity": 1}
        cup.order.lines.append(OrderLine(**one, state=cup.state, **rose))
    hand_over(engine, shop, now)
    sending = make(postman)
    sending.run_once(now)

    with writing(engine) as session:
        lines = (("22699", 1),)
        told = {"for": "22699", "sku": "ROSE", "label": "Tasse rose", "quantity": 1}
        undone = OrderEventRecord(
            type="handover_reversed",
            occurred_at=now,
            lines=lines,
            details={"substitutes": [told | {"price_minor": 295}]},
        )
        order_uid = session.get_one(Order, shop.order.id).uid
        pickups.record_event(session, undone, order_uid, now=now, tells=True)
    if is_given_again:
        hand_over(engine, shop, now + MINUTE)
    sending.run_once(now + MINUTE)

    undone = named_letter(postman, "Retrait annulé en partie, commande 482 915")
    assert "1 × Tasse rose" in undone.text and "Tasse et soucoupe" not in undone.text


def test_an_undo_of_the_one_of_two_equal_lines_that_was_given_names_that(
    make, postman, engine, shop, now
):
    with writing(engine) as session:
        cup = session.get_one(OrderLine, shop.order.lines[0].id)
        one = {"variant_id": cup.variant_id, "sku": cup.sku, "label": cup.label, "quantity": 1}
        cup.order.lines.append(OrderLine(**one, state=cup.state))
        cup.substitute_sku, cup.substitute_label, cup.state = "ROSE", "Tasse rose", "short"
        session.flush()
        given = [line.uid for line in cup.order.lines if line.state != "short"]
        about = {"staff": None, "check": "qr", "now": now}
        pickups.hand_over(session, cup.order.uid, line_uids=given, **about)
    sending = make(postman)
    sending.run_once(now)

    with writing(engine) as session:
        undone = OrderEventRecord(type="handover_reversed", occurred_at=now, lines=(("22699", 1),))
        order_uid = session.get_one(Order, shop.order.id).uid
        pickups.record_event(session, undone, order_uid, now=now, tells=True)
    sending.run_once(now + MINUTE)

    undone = named_letter(postman, "Retrait annulé en partie, commande 482 915")
    assert "1 × Tasse et soucoupe" in undone.text and "Tasse rose" not in undone.text


def named_letter(postman, subject):
    return next(one for one in postman.letters if one.subject == subject)


def test_that_a_receipt_is_void_is_told_by_text_and_in_english(
    make, postman, undo, engine, shop, now
):
    hand_over(engine, shop, now, language="en")
    sending = make(postman, prefer="sms", address="")
    sending.run_once(now)

    undo(now + DAY)
    sending.run_once(now + DAY)

    assert [one.channel for one in postman.letters] == ["email", "sms"]
    assert postman.letters[1].text == (
        "Lille, Grand'Place: the collection of order 482915 was undone by the store. "
        "Your receipt of Saturday 21 November is no longer valid."
    )


def test_a_receipt_that_waited_through_an_undo_never_leaves(make, postman, undo, engine, shop, now):
    hand_over(engine, shop, now)
    postman.faults = [fault(NoAnswer)]
    sending = make(postman)
    sending.run_once(now)

    undo(now)
    hand_over(engine, shop, now)
    sending.run_once(now + DAY)

    assert [one.subject for one in postman.letters] == ["Reçu de remise, commande 482 915"]


@pytest.fixture
def take_back(engine, shop, now):
    """Hand the whole order over, and take articles of it back in Roubaix, once for each given."""

    def take_back(*returned, language="fr", **changed):
        with writing(engine) as session:
            order = session.get_one(Order, shop.order.id)
            order.language = language
            staff = session.get_one(Staff, shop.ines.id)
            lines = [line.uid for line in order.lines]
            uids = {"line_uids": lines, "staff": staff, "check": "qr", "now": now}
            pickups.hand_over(session, order.uid, **uids)
            session.query(CustomerMessage).delete()
            for name, value in changed.items():
                setattr(order, name, value)
            store = session.get_one(Store, shop.roubaix.id)
            where = {"store": store, "staff": staff, "now": now}
            for one in returned:
                web_returns.take_back(session, order.uid, [one], **where)

    return take_back


def back(**changed):
    return Returned(**{"sku": "22699", "quantity": 1, "reason": "not_suitable"} | changed)


def test_who_brings_something_back_gets_a_receipt_of_each_return(
    make, postman, take_back, engine, shop, now
):
    take_back(back(), back(sku="22423", reason="damaged", condition="damaged"))

    sending = make(postman)
    for _again in range(2):
        sending.run_once(now)

    first, second = postman.letters
    assert first.subject == "Reçu de retour, commande 482 915"
    assert f"rendu à {shop.roubaix.name}" in first.text
    assert "1 × Tasse et soucoupe" in first.text and "(ne convient pas)" in first.text
    assert "Remboursement par le site où vous avez payé" in first.text
    assert "Présentoir" not in first.text and "Déjà payée" not in first.text
    assert "(abîmé ou défectueux)" in second.text
    with reading(engine) as session:
        assert [one.uid for one in postman.letters] == session.scalars(
            select(CustomerMessage.uid).order_by(CustomerMessage.id)
        ).all()


def test_a_receipt_of_a_return_in_english_says_who_gives_the_money_back(
    make, postman, take_back, shop, now
):
    take_back(back(), language="en", till_ticket="T-12")

    make(postman).run_once(now)

    (letter,) = postman.letters
    assert letter.subject == "Return receipt, order 482 915"
    assert "receipt T-12" in letter.text and "(does not suit)" in letter.text
    assert "does not suit" in letter.html and "Items returned" in letter.html


@pytest.fixture
def wish(engine, shop, now):
    """Somebody waits for the cup, which is there."""
    with writing(engine) as session:
        store, cup = (session.get_one(Store, shop.lille.id), session.get_one(Variant, shop.cup.id))
        return back_in_stock.ask(
            session,
            cup,
            store=store,
            contact="dominique@example.org",
            channel="phone",
            language="en",
            wait=30 * DAY,
            now=now,
        ).uid


def test_whoever_waits_for_an_article_is_told_once_and_forgotten(make, postman, wish, engine, now):
    sending = make(postman)

    for moment in (now, now + DAY, now + 2 * DAY):
        sending.run_once(moment)

    (letter,) = postman.letters
    assert (letter.to, letter.language) == ("dominique@example.org", "en")
    assert letter.subject.startswith("Back again: ")
    assert f"{ADDRESS}/p/22699" in letter.html
    with reading(engine) as session:
        row = session.scalars(select(BackInStock).where(BackInStock.uid == wish)).one()
        (message,) = session.scalars(select(CustomerMessage)).all()
    assert (row.ended_by, row.contact) == ("told", "")
    assert (message.state, message.sent_to, message.facts) == ("sent", "", {})


def test_nobody_is_told_of_what_is_not_back(make, postman, wish, engine, shop, now):
    with writing(engine) as session:
        session.query(StockLevel).filter_by(variant_id=shop.cup.id).update({"on_hand": 0})

    make(postman).run_once(now)

    assert postman.letters == []


def test_the_wishes_that_are_written_are_asked_for_in_one_go(
    make, postman, wish, engine, shop, now
):
    with writing(engine) as session:
        store, cup = (session.get_one(Store, shop.lille.id), session.get_one(Variant, shop.cup.id))
        for number in range(4):
            back_in_stock.ask(
                session,
                cup,
                store=store,
                contact=f"d{number}@example.org",
                channel="phone",
                language="fr",
                wait=30 * DAY,
                now=now,
            )
    sending = make(postman)

    with counted(engine) as statements:
        assert len(sending._list_back(now)) == 5

    assert sum("FROM customer_message" in one for one in statements) == 1


def test_a_shop_is_called_by_a_tap_and_a_cancellation_invites_nobody(
    make, postman, write, engine, shop, now
):
    with writing(engine) as session:
        order = session.get_one(Order, shop.order.id)
        order.store.phone, order.state = "03 20 12 34 56", "cancelled"
    write("cancelled")

    make(postman).run_once(now)

    (letter,) = postman.letters
    assert 'href="tel:0320123456"' in letter.html
    assert "Une question" in letter.text and "intéresse" not in letter.text
