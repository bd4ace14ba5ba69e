"""Words without accents, case, plural and feminine."""

import pytest

from store import words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bougies", "bougie"),
        ("gâteaux", "GATEAU"),
        ("bocaux", "bocal"),
        ("animaux", "animal"),
        ("jeux", "jeu"),
        ("bijoux", "bijou"),
        ("tasses", "tasse"),
        ("verte", "vert"),
        ("grise", "gris"),
        ("cœurs", "coeur"),
        ("boxes", "box"),
        ("glasses", "glass"),
        ("parties", "party"),
        ("dishes", "dish"),
    ],
)
def test_stems_of_singular_and_plural_are_equal(one, other):
    assert words.stems(one) == words.stems(other)


@pytest.mark.parametrize(
    ("one", "other"), [("rose", "rouge"), ("tasse", "tas"), ("bol", "bal"), ("22423", "22424")]
)
def test_stems_keep_different_words_apart(one, other):
    assert words.stems(one) != words.stems(other)


def test_split_leaves_out_articles_and_single_letters():
    assert words.split("L'étoile d'ange à la T-Light") == ["etoile", "ange", "light"]


def test_split_keeps_articles_when_nothing_else_is_there():
    assert words.split("le") == ["le"]


def test_split_cuts_endless_words():
    assert words.split("a" * 10_000) == ["a" * words.LONGEST]


def test_stem_leaves_references_whole():
    assert words.stem("85099bs") == "85099bs"


@pytest.mark.parametrize("text", ["", "  ", "«»!?", "🙂", "\u200f"])
def test_split_of_no_words_is_empty(text):
    assert words.split(text) == []


def test_split_reads_other_scripts():
    assert words.split("مصباح Лампа") == ["مصباح", "лампа"]
