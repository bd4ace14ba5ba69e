"""A scan as a form brings it, and the words for one that leads nowhere."""

import pytest

from store.loyalty import Missing
from store.recognition import LabelCode, OwnCard, ProductCode, Reason, Unknown
from store.web.scanning import WORDS, scanned_code

CARD = "CKCTXR0N041N54HJ86N4KKNX1D677HC"


def scan(app, **form):
    with app.test_request_context("/", method="POST", data=form):
        return scanned_code()


def test_every_reason_has_words():
    assert set(WORDS) == {*Reason, *Missing}


def test_the_field_of_the_form_is_recognised(app):
    assert scan(app, code=f" {CARD}\r\n") == OwnCard(code=CARD)


def test_the_other_readings_of_the_form_are_tried(app):
    code = scan(app, code='\'àà-"_&"""ç"&', alt=["", "4006381333931", ""])

    assert isinstance(code, ProductCode)


@pytest.mark.parametrize("host", ["http://localhost", "HTTP://LOCALHOST"])
def test_an_address_of_this_server_is_a_label(app, host):
    assert scan(app, code=f"{host}/P/22423") == LabelCode(reference="22423")


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({}, Reason.EMPTY),
        ({"code": "7" * 10_000}, Reason.TOO_LONG),
        ({"code": "\0"}, Reason.NOT_TEXT),
    ],
)
def test_bad_forms_are_answered_with_a_reason(app, form, reason):
    code = scan(app, **form)

    assert isinstance(code, Unknown)
    assert code.reason is reason
