"""An aisle is named once, whether the shop wrote the word or not."""

import pytest
from flask_babel import force_locale

from store.web import aisle_words


@pytest.mark.parametrize(
    ("told", "words", "code"),
    [
        ("A12", "Allée A12", "A12"),
        ("3 B", "Allée 3 B", "3 B"),
        ("Allée 3", "Allée 3", "3"),
        ("ALLEE 3", "Allée 3", "3"),
        ("Allée3", "Allée 3", "3"),
        ("Aisle 5", "Allée 5", "5"),
        ("Allée", "Allée", "Allée"),
        ("Rayon jouets", "Rayon jouets", "Rayon jouets"),
        ("Étagère 4", "Étagère 4", "Étagère 4"),
        ("Allier 2", "Allée Allier 2", "Allier 2"),
        ("", "", ""),
    ],
)
def test_the_word_stands_there_once(app, told, words, code):
    with app.test_request_context():
        assert aisle_words.in_words(told) == words
    assert aisle_words.code(told) == code


def test_another_language_has_its_own_word(app):
    with app.test_request_context():
        from_french = aisle_words.in_words("Allée 3")
    with app.test_request_context(), force_locale("en"):
        assert (from_french, aisle_words.in_words("Allée 3")) == ("Allée 3", "Aisle 3")
