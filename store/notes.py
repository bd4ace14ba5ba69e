"""Short remarks that help to serve a customer better, and that the customer may read.

The French data protection authority (CNIL, "Zones bloc-note et commentaires") asks that free text
stays relevant and never excessive: nothing on health, opinions, religion, origin, sexual life or
looks, and no judgement of the person. Words that point there are flagged, not refused: a person
decides, since "le rayon santé" says nothing about anybody.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from store import changes, words
from store.database import take_turn
from store.errors import Invalid
from store.models import Customer, Note, Staff

LONGEST = 280
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")

# beginnings of folded words, French and English, by what they may say of a person; words that are
# also articles or places of a shop (gros, voile, casier, pigeon) would be flagged too often
DELICATE = {
    "health": """
        allerg asthm cancer chimio depress diabet enceinte fausse-couche grossesse handicap
        hospital infirm insulin invalid malad menopaus obes parkinson pregnan prothes psych
        sick sida surdit tumeur vih
    """,
    "religion": """
        athee bouddhis catholi chretien confession croyant cultuel evangel halal imam islam juif
        juive jewish kippa muslim musulman protestant ramadan religi synagogue
    """,
    "opinion": """
        anarchis communis extreme-droite extreme-gauche gauchis gilet-jaune grevist macronis
        militant opinion politi royalis socialis syndica
    """,
    "origin": """
        africain arabe asiatique clandestin ethni gitan immigr maghreb migrant racis refugie
    """,
    "intimacy": "bisex divorc gay hetero homosex lesbien lgbt queer sexuel transgenre transsex",
    "looks": "chauve laid maigre moche pue ugly",
    "judgement": """
        agressi alcool arnaqu bizarre casse-pieds chiant con conne cretin debile escroc fou folle
        hysteri idiot imbecil ivrogne menteu parano penible radin stupid voleu
    """,
    "money": "endett interdit-bancaire pauvre surendett",
    "justice": "condamn detenu garde-a-vue prison",
}
# "con" must not flag "conseil", nor "sida" "sidaral"
WHOLE = frozenset(
    "arabe chauve con conne folle fou gay juif juive laid maigre moche pauvre penible prison pue "
    "sick sida ugly vih".split()
)


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A word that may not belong in a note; `about` is a key of DELICATE."""

    word: str
    about: str


def flag(text: str) -> tuple[Flag, ...]:
    """Return the words of a note that point to what nobody should write down, in their order."""
    found = {word: about for word in _WORD.findall(text) if (about := _about(words.fold(word)))}
    return tuple(Flag(word=word, about=about) for word, about in found.items())


def _about(word: str) -> str | None:
    for about, beginnings in _BEGINNINGS:
        for start in beginnings:
            if word == start or (start not in WHOLE and word.startswith(start)):
                return about
    return None


_BEGINNINGS = tuple((about, tuple(listed.split())) for about, listed in DELICATE.items())


def add(
    session: Session, customer: Customer, *, text: str, staff: Staff | None, now: datetime
) -> Note:
    """Add a note to the customer's file, signed with the first name of its author.

    Raises Invalid when it is empty or over 280 characters.
    """
    text = text.strip()
    if not text:
        raise Invalid(field="note", problem="empty")
    if len(text) > LONGEST:
        raise Invalid(field="note", problem="too_long", limit=LONGEST)
    note = Note(
        customer_id=customer.id,
        staff_id=staff.id if staff else None,
        author=staff.name.partition(" ")[0] if staff else "",
        text=text,
        written_at=now,
    )
    take_turn(session, changes.TURN)
    session.add(note)
    session.flush()
    changes.record(session, "customers", customer.uid, now=now)
    return note
