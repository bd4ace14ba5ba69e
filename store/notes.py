"""Short remarks about customers, which the customers can read."""

from datetime import datetime

from sqlalchemy.orm import Session

from store import changes, words
from store.errors import Invalid
from store.models import Customer, Note, Staff

LONGEST = 280  # characters

# What no remark may be about (GDPR article 9; CNIL, notices 2015-063 and 2020-018): health,
# religion, opinions, origin, sexuality, money troubles, insults. Folded stems.
SENSITIVE = frozenset(
    words.stem(words.fold(word))
    for word in (
        "malade maladie cardiaque cancer diabète diabétique handicap handicapé enceinte dépression "
        "dépressif alcoolique alcool drogué hôpital médicament séropositif sida obèse autiste "
        "musulman juif catholique chrétien bouddhiste protestant religion religieux voilée "
        "syndicat syndiqué raciste communiste fasciste politique macroniste lepéniste "
        "arabe africain asiatique noir maghrébin gitan étranger race origine immigré "
        "homosexuel gay lesbienne sexuel transgenre "
        "dette surendetté chômeur chômage pauvre rsa "
        "con connard connasse idiot débile folle imbécile moche grosse chiant pénible voleur "
        "sick illness disabled pregnant depressed alcoholic muslim jewish christian catholic "
        "homosexual foreigner immigrant debt unemployed stupid idiot ugly fat thief"
    ).split()
)


def write(
    session: Session, customer: Customer, text: str, *, staff: Staff, now: datetime
) -> Note:
    """Add a remark; raises Invalid when it is empty or over 280 characters."""
    text = text.strip()
    if not text:
        raise Invalid(field="note", problem="missing")
    if len(text) > LONGEST:
        raise Invalid(field="note", problem="too_long", limit=LONGEST)
    note = Note(
        customer_id=customer.id,
        staff_id=staff.id,
        author=staff.name.partition(" ")[0],
        text=text,
        written_at=now,
    )
    session.add(note)
    session.flush()
    changes.record(session, "customers", customer.uid, now=now)
    return note


def flagged(text: str) -> list[str]:
    """Return the words of a text that a remark should not hold, in their order, each once.

    A flag is advice: the same word may be innocent ("noir" is a colour too).
    """
    return [word for word in dict.fromkeys(words.split(text)) if words.stem(word) in SENSITIVE]
