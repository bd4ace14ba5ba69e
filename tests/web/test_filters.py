from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel

from store.web import clock, filters
from store.web.catalogue import gettext

NOW = datetime(2026, 11, 24, 13, 32, 5, tzinfo=UTC)  # 14:32:05 in Paris


@pytest.fixture
def shown(monkeypatch):
    """Render a line of template in a language, at 14:32:05 on Tuesday 24 November 2026."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    app = Flask(__name__)
    language = {"code": "fr"}
    Babel(
        app,
        locale_selector=lambda: language["code"],
        timezone_selector=lambda: "Europe/Paris",
    )
    filters.install(app)

    def render(line, lang="fr", **context):
        language["code"] = lang
        with app.test_request_context():
            return render_template_string("{{ " + line + " }}", **context)

    return render


@pytest.mark.parametrize(
    ("minor", "currency", "lang", "text"),
    [
        (1095, "EUR", "fr", "10,95\u00a0€"),
        (1095, "EUR", "en", "€10.95"),
        (255, "GBP", "fr", "2,55\u00a0£"),
        (128400, "EUR", "fr", "1\u202f284,00\u00a0€"),
        (-500, "EUR", "fr", "−5,00\u00a0€"),
        (1500, "JPY", "en", "JP¥1,500"),
    ],
)
def test_money_is_written_as_the_language_wants(shown, minor, currency, lang, text):
    assert shown("minor|money(currency)", lang, minor=minor, currency=currency) == text


@pytest.mark.parametrize(
    ("age", "level", "words"),
    [
        (timedelta(seconds=2), "live", "il y a 2\u00a0s"),
        (timedelta(seconds=-3), "live", "à l’instant"),
        (timedelta(seconds=11), "recent", "il y a 11\u00a0s"),
        (timedelta(minutes=15), "recent", "il y a 15\u00a0min"),
        (timedelta(minutes=26), "stale", "il y a 26\u00a0min"),
        (timedelta(hours=2), "stale", "à 12:32"),
        (timedelta(days=2), "stale", "le 22 nov."),
        (timedelta(days=500), "stale", "le 12 juil. 2025"),
    ],
)
def test_a_figure_says_how_old_it_is(shown, age, level, words):
    moment = NOW - age

    assert shown("moment|age", moment=moment) == level
    assert shown("moment|ago", moment=moment) == words


def test_a_figure_without_a_moment_is_unknown(shown):
    assert shown("none|age") == "unknown"
    assert shown("none|ago") == "heure inconnue"


@pytest.mark.parametrize(
    ("line", "french", "english"),
    [
        ("at|clock", "14:32", "14:32"),
        ("at|hour", "14\u00a0h\u00a032", "14:32"),
        ("at|day", "mardi 24 novembre", "Tuesday 24 November"),
        ("at|short_day", "24 nov.", "24 Nov"),
        ("at|month", "novembre 2026", "November 2026"),
        ("at|long_day", "24 novembre 2026", "24 November 2026"),
        ("at|iso", "2026-11-24T13:32:05+00:00", "2026-11-24T13:32:05+00:00"),
    ],
)
def test_moments_are_shown_in_the_zone_of_the_store(shown, line, french, english):
    assert shown(line, at=NOW) == french
    assert shown(line, "en", at=NOW) == english


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("+33199000101", "01\u00a099\u00a000\u00a001\u00a001"),
        ("0199000101", "01\u00a099\u00a000\u00a001\u00a001"),
        ("01.99.00.01.01", "01\u00a099\u00a000\u00a001\u00a001"),
        ("+33 (0)1 99-00-01-01", "01\u00a099\u00a000\u00a001\u00a001"),
        ("03 20 00 00 00", "03\u00a020\u00a000\u00a000\u00a000"),
        ("+33 3 20", "+33 3 20"),
        ("+3222345678", "+3222345678"),
        ("", ""),
    ],
)
def test_a_shop_s_number_is_read_in_pairs(shown, told, text):
    assert shown("told|telephone", told=told) == text


def test_a_plural_takes_other_values_too(shown):
    line = "ngettext('%(num)s article de %(who)s', '%(num)s articles de %(who)s', 3, who='Inès')"

    assert shown(line) == "3 articles de Inès"


def test_a_moment_after_midnight_in_the_store_is_of_the_next_day(shown):
    assert shown("at|short_day", at=datetime(2026, 11, 24, 23, 30, tzinfo=UTC)) == "25 nov."


def test_the_first_of_a_month_is_le_premier(shown):
    assert shown("on|day", on=date(2026, 12, 1)) == "mardi 1er décembre"
    assert shown("on|short_day", on=date(2026, 12, 1)).startswith("1er déc.")
    assert shown("on|short_day", "en", on=date(2026, 12, 1)).startswith("1 Dec")
    assert shown("on|day", on=date(2026, 12, 11)) == "vendredi 11 décembre"


def test_an_hour_without_minutes_is_short(shown):
    assert shown("at|hour", at=datetime(2026, 11, 24, 18, 0, tzinfo=UTC)) == "19\u00a0h"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("1284|thousands", "1\u202f284"),
        ("100|signed", "+\u202f100"),
        ("(-216)|signed", "−\u202f216"),
        ("'482915'|grouped", "482\u202f915"),
        ("'C536'|grouped", "C536"),
        ("'WEB-90001'|grouped", "WEB-90001"),
        ("'XKBKNABJK'|grouped", "XKBKNABJK"),
        ("'Camille Roussel'|initials", "CR"),
        ("'Madonna'|initials", "M"),
        ("''|initials", ""),
        ("'Camille Roussel'|public_name", "Camille R."),
        ("'Madonna'|public_name", "Madonna"),
        ("'🎁 Zoé  ✨ Étoile'|public_name", "Zoé É."),
        ("'+33612345642'|masked_phone", "06 •• •• •• 42"),
        ("'112'|masked_phone", "••"),
        ("'camille@orange.example'|masked_email", "c••@orange.example"),
        ("'nobody'|masked_email", "••"),
        ("'22423'|tone", "8"),
    ],
)
def test_numbers_and_names_are_fit_for_a_screen(shown, line, text):
    assert shown(line) == text


def test_a_shop_that_is_called_like_a_word_is_quoted(shown):
    assert shown("'été 85'|in_sentence") == "«\u00a0été 85\u00a0»"
    assert shown("'Lyon, Bellecour'|in_sentence") == "Lyon, Bellecour"


def test_words_get_french_typography_in_french_only(shown):
    assert shown("_('Toujours là ?')") == "Toujours là\u202f?"
    assert shown("_('Toujours là ?')", "en") == "Toujours là ?"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Inès", "Code d’Inès"),
        ("Élodie", "Code d’Élodie"),
        ("Hélène", "Code d’Hélène"),
        ("Yves", "Code d’Yves"),
        ("Camille", "Code de Camille"),
        ("Yann", "Code de Yann"),
        ("Hakim", "Code de Hakim"),
        ("Habib", "Code de Habib"),
        ("Hôtel de Ville", "Code d’Hôtel de Ville"),
        ("Huile d’olive", "Code d’Huile d’olive"),
        ("Hérisson en bois", "Code de Hérisson en bois"),
        ("Hotte", "Code de Hotte"),
        ("A", "Code de A"),
        ("<i>", "Code de &lt;i&gt;"),
        ("", "Code de "),
    ],
)
def test_de_gives_way_to_a_vowel_in_french(shown, name, text):
    line = "_('Code de %(name)s', name=name)"

    assert shown(line, name=name) == text
    assert shown("words('Code de %(name)s', name=name)", name=name, words=gettext) == text


def test_typography_keeps_what_is_markup_and_escapes_what_is_not(shown):
    assert shown("_('%(x)s !', x='<b>')") == "&lt;b&gt;\u202f!"
    assert shown("('<b>oui</b> !'|safe)|typo") == "<b>oui</b>\u202f!"


def test_a_static_file_has_an_address_that_follows_its_content(shown, tmp_path):
    absent = shown("asset('absent.css')")

    assert absent == "/static/absent.css?v=absent"
