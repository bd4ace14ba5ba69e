import pytest
from flask_babel import force_locale

from store.web import filters
from store.web.typography import HARD, NARROW, english, french


@pytest.mark.parametrize(
    ("plain", "dressed"),
    [
        ("Toujours là ?", f"Toujours là{NARROW}?"),
        ("oui ; non !", f"oui{NARROW}; non{NARROW}!"),
        ("Format : rouge", f"Format{HARD}: rouge"),
        ("10,95 €", f"10,95{HARD}€"),
        ("35 %", f"35{HARD}%"),
        ("35 %% de moins", f"35{HARD}%% de moins"),
        ("« Retrospot »", f"«{HARD}Retrospot{HARD}»"),
        ("«Retrospot»", f"«{HARD}Retrospot{HARD}»"),
        ("« Gommes « Chat » » ici", f"«{HARD}Gommes “Chat”{HARD}» ici"),
        ("« Gommes « Chat », roses » ici", f"«{HARD}Gommes “Chat”, roses{HARD}» ici"),
        ("« un » et « deux »", f"«{HARD}un{HARD}» et «{HARD}deux{HARD}»"),
        ("l'échange d'Inès", "l’échange d’Inès"),
        ("l'%(nom)s", "l’%(nom)s"),
        ("1 284 points", f"1{NARROW}284 points"),
        ("1 284 567", f"1{NARROW}284{NARROW}567"),
        ("14 h 12", f"14{HARD}h{HARD}12"),
        ("il y a 2 s", f"il y a 2{HARD}s"),
        ("à %(n)s km", f"à %(n)s{HARD}km"),
        ("il y a {n} s", f"il y a {{n}}{HARD}s"),
        ("attente n° 12", f"attente n°{HARD}12"),
        ("Numéro d'attente %(n)s.", f"Numéro d’attente{HARD}%(n)s."),
        ("numéro 12", f"numéro{HARD}12"),
        ("N° %(n)s", f"N°{HARD}%(n)s"),
        ("Attendez...", "Attendez…"),
        ("Réf. 12 · blanc", f"Réf. 12{HARD}· blanc"),
    ],
)
def test_french_puts_the_right_space(plain, dressed):
    assert french(plain) == dressed


@pytest.mark.parametrize(
    "text",
    [
        "14:32",
        "https://magasin.example/p?a=1;b=2",
        "un %(nom)s",
        "Tom &amp; Inès&nbsp;!",
        "2024 350 articles",
        "06 12 34 56 78",
        "<a href='/p?x=1'>",
    ],
)
def test_french_leaves_addresses_times_and_placeholders_alone(text):
    assert french(text) == text


@pytest.mark.parametrize(
    ("plain", "dressed"),
    [
        ("“Canvas tote “Atelier”” is sold out.", "“Canvas tote ‘Atelier’” is sold out."),
        ("in front of “Mug “Chat”, red”", "in front of “Mug ‘Chat’, red”"),
        ("“one” and “two”", "“one” and “two”"),
        ("“Tasse « Roses »”", "“Tasse « Roses »”"),
        ("an end that lacks: “Mug “Chat”", "an end that lacks: “Mug “Chat”"),
    ],
)
def test_english_has_single_quotes_inside_of_double_ones(plain, dressed):
    assert english(plain) == dressed
    assert english(dressed) == dressed


@pytest.mark.parametrize(
    ("language", "name", "quoted"),
    [
        ("en", "Canvas tote “Atelier”", "in front of “Canvas tote ‘Atelier’”: it will be moved"),
        ("fr", "Sac « Atelier »", f"devant «{HARD}Sac “Atelier”{HARD}»{HARD}: elle sera déplacée"),
    ],
)
def test_a_name_with_quotes_is_put_in_quotes(app, language, name, quoted):
    with (
        app.test_request_context("/", headers={"Accept-Language": language}),
        force_locale(language),
    ):
        told = filters.said("devant « %(name)s » : elle sera déplacée", name=name)

    assert str(told) == quoted


@pytest.mark.parametrize(
    "text", ["Qui est-ce ? « Inès » : 1 284 € à 14 h 12 !", "l'an 2000...", "35 % ; 20 °C"]
)
def test_french_twice_is_french_once(text):
    assert french(french(text)) == french(text)
