"""Notes about customers."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import notes
from store.errors import Invalid
from store.models import Note
from tests.shop import Shop


def test_a_note_is_signed_with_a_first_name(session: Session, shop: Shop, now: datetime):
    notes.add(session, shop.camille, text=" Préfère le vert. ", staff=shop.ines, now=now)

    note = session.scalars(select(Note)).one()
    assert (note.text, note.author) == ("Préfère le vert.", "Inès")


@pytest.mark.parametrize(("text", "problem"), [("", "empty"), ("a" * 281, "too_long")])
def test_a_note_is_between_1_and_280_characters(
    session: Session, shop: Shop, now: datetime, text: str, problem: str
):
    with pytest.raises(Invalid) as refused:
        notes.add(session, shop.camille, text=text, staff=shop.ines, now=now)

    assert refused.value.problem == problem


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Elle est diabétique.", "health"),
        ("Allergique aux noix", "health"),
        ("Mange HALAL", "religion"),
        ("vote extrême-droite", "opinion"),
        ("d’origine maghrébine", "origin"),
        ("Client pénible", "judgement"),
        ("assez laid", "looks"),
        ("She is Muslim", "religion"),
    ],
)
def test_what_nobody_should_write_down_is_flagged(text: str, about: str):
    assert [flag.about for flag in notes.flag(text)] == [about]


@pytest.mark.parametrize(
    "text",
    [
        "Prépare l'anniversaire de sa fille, thème cirque.",
        "Cherche une salle à manger, conseil sur les tailles.",
        "Collectionne les pigeons en porcelaine, casier B-04, voile blanc.",
        "Black Friday : prévenir. Gros sac, soldes.",
        "",
    ],
)
def test_what_helps_to_serve_is_not_flagged(text: str):
    assert notes.flag(text) == ()


def test_the_flagged_word_is_told_as_it_was_written():
    assert [flag.word for flag in notes.flag("Diabétique, et diabétique")] == [
        "Diabétique",
        "diabétique",
    ]
