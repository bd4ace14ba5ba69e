"""Wishes to be told of a return, over the machine API."""

from store.models import BackInStock, OutboxMessage

UID, ANOTHER, THIRD = (f"6b1f2c1e-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
PATH = f"/back-in-stock/{UID}"
WISH = {
    "store": "LIL",
    "sku": "22699",
    "state": "waiting",
    "contact": {"email": "zoe@example.org"},
    "asked_at": "2026-11-21T13:00:00Z",
}


def test_a_wish_is_kept_once_and_listed(program, session, shop):
    for _ in range(2):
        assert program.put(PATH, WISH).status_code == 200
    program.put(f"/back-in-stock/{ANOTHER}", WISH | {"sku": "22423"})

    found = program.get("/back-in-stock", store="lil", sku="22699", state="waiting").json["items"]

    assert [one["id"] for one in found] == [UID]
    assert found[0]["contact"] == {"email": "zoe@example.org"}
    assert session.query(OutboxMessage).filter_by(kind="back_in_stock").count() == 2


def test_the_end_of_a_wish_leaves_nobody_in_it(program, session, shop):
    program.put(PATH, WISH)

    ended = program.put(PATH, WISH | {"state": "told", "contact": None})

    assert (ended.json["state"], ended.json["contact"]) == ("told", None)
    assert program.get("/back-in-stock", state="waiting").json["items"] == []
    assert program.put(PATH, WISH).json["state"] == "told"
    assert [wish.contact for wish in session.query(BackInStock)] == [""]


def test_the_pages_of_the_list_follow_one_another(program, shop):
    for uid in (UID, ANOTHER, THIRD):
        program.put(f"/back-in-stock/{uid}", WISH | {"contact": {"email": f"{uid}@a.fr"}})

    first = program.get("/back-in-stock", limit=2).json
    rest = program.get("/back-in-stock", limit=2, cursor=first["next"]).json

    assert [one["id"] for one in first["items"] + rest["items"]] == [UID, ANOTHER, THIRD]
    assert rest["next"] is None


def test_what_nobody_can_be_told_by_is_refused(program, shop):
    for contact in ({"email": "zoe"}, {"phone": "12"}, {"id": "unknown"}):
        assert program.put(PATH, WISH | {"contact": contact}).status_code in (404, 422)


def test_an_id_that_is_no_uuid_is_refused(program, shop):
    assert program.put("/back-in-stock/another", WISH).status_code == 422
