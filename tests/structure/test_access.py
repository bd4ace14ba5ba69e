"""Every route has an access rule, and the rule holds."""

import pytest

from store.web import auth

# A new route joins this inventory with who may open it; nothing is open by accident.
INVENTORY = {
    "static": "public",
    "root.index": "public",
    "root.language": "public",
    "root.tablet": "public",
    "enrol.form": "public",
    "enrol.confirm": "public",
    "tablet.sign_in": "device tablet",
    "tablet.sign_in_with_pin": "device tablet",
    "tablet.lock": "device tablet",
    "tablet.waiting": "device tablet",
    "tablet.calls": "staff assistant",
    "tablet.answer_call": "staff assistant",
    "tablet.add_note": "staff assistant",
    "tablet.add_product": "staff assistant",
    "tablet.anonymous_visit": "staff assistant",
    "tablet.ask_product": "staff assistant",
    "tablet.close_visit": "staff assistant",
    "tablet.customer": "staff assistant",
    "tablet.customers": "staff assistant",
    "tablet.delivery": "staff assistant",
    "tablet.open_customer": "staff assistant",
    "tablet.read_code": "staff assistant",
    "tablet.scan": "staff assistant",
    "tablet.start_visit": "staff assistant",
    "tablet.visit": "staff assistant",
    "api.find_customers": "token customers:read",
    "api.get_customer": "token customers:read",
    "api.get_openapi": "public",
    "api.get_order": "token orders:read",
    "api.get_product": "token catalogue:read",
    "api.list_changes": "token sync",
    "api.list_orders": "token orders:read",
    "api.list_stock": "token stock:read",
    "api.list_timeline": "token customers:read",
    "api.list_visits": "token visits:read",
    "api.post_consent": "token customers:write",
    "api.post_movements": "token stock:write",
    "api.post_message_report": "token messages:write",
    "hooks.take_report": "public",
    "api.post_order_event": "token orders:write",
    "api.post_visit": "token visits:write",
    "api.put_customer": "token customers:write",
    "api.put_order": "token orders:write",
    "api.put_product": "token catalogue:write",
    "health.alive": "public",
    "health.metrics": "token metrics",
    "health.ready": "public",
    "tablet.announce": "staff manager",
    "tablet.close_screen": "staff manager",
    "tablet.confirm_clock": "staff manager",
    "tablet.screens": "staff manager",
    "tablet.set_screen": "staff manager",
    "tablet.withdraw_message": "staff manager",
    "tablet.accept_orders": "staff assistant",
    "tablet.choose_slips": "staff assistant",
    "tablet.drop_print": "staff assistant",
    "tablet.pair_printer": "staff manager",
    "tablet.prefer_printer": "staff manager",
    "tablet.print_order": "staff assistant",
    "tablet.print_again": "staff assistant",
    "tablet.print_slips": "staff assistant",
    "tablet.printer_trouble": "staff assistant",
    "tablet.printers": "staff assistant",
    "tablet.remove_printer": "staff manager",
    "tablet.test_printer": "staff assistant",
    "tablet.new_orders": "staff assistant",
    "tablet.arrivals": "staff assistant",
    "tablet.board": "staff assistant",
    "tablet.hand_over": "staff assistant",
    "tablet.handover": "staff assistant",
    "tablet.check_scan": "staff assistant",
    "tablet.extend_pickup": "staff assistant",
    "tablet.reopen_pickup": "staff assistant",
    "tablet.reversal": "staff assistant",
    "tablet.reverse": "staff assistant",
    "tablet.shelf_return": "staff assistant",
    "tablet.shelf_returns": "staff assistant",
    "tablet.take_in_transfer": "staff assistant",
    "tablet.scan_on_board": "staff assistant",
    "tablet.scan_stock": "staff assistant",
    "tablet.scan_return": "staff assistant",
    "tablet.take_back": "staff assistant",
    "tablet.web_return": "staff assistant",
    "tablet.web_returns": "staff assistant",
    "phone.home": "public",
    "phone.receipt": "public",
    "phone.receipt_printed": "public",
    "tablet.pickups": "staff assistant",
    "tablet.prepare": "staff assistant",
    "tablet.preparing": "staff assistant",
    "tablet.promises": "staff manager",
    "tablet.set_promises": "staff manager",
    "tablet.start_wave": "staff assistant",
    "tablet.wave": "staff assistant",
    "tablet.scan_article": "staff assistant",
    "tablet.take_over_wave": "staff assistant",
    "tablet.end_wave": "staff assistant",
    "tablet.empty_basket": "staff assistant",
    "tablet.lay_down": "staff assistant",
    "tablet.place_labels": "staff manager",
    "tablet.settle_line": "staff assistant",
    "tablet.wave_line": "staff assistant",
    "tablet.act_on_line": "staff assistant",
    "tablet.product": "staff assistant",
    "tablet.clear_labels": "staff assistant",
    "tablet.free_label": "staff assistant",
    "tablet.label_sheets": "staff assistant",
    "tablet.labels": "staff assistant",
    "tablet.pair_label": "staff assistant",
    "tablet.paperless": "staff assistant",
    "tablet.paperless_picture": "staff assistant",
    "tablet.print_labels": "staff assistant",
    "tablet.read_label": "staff assistant",
    "tablet.retry_label": "staff assistant",
    "tablet.scan_label": "staff assistant",
    "tablet.take_label_down": "staff assistant",
    "tablet.stock": "staff assistant",
    "tablet.reserve": "staff assistant",
    "tablet.reserve_now": "staff assistant",
    "tablet.reservation": "staff assistant",
    "tablet.lists": "staff assistant",
    "tablet.take_list": "staff assistant",
    "tablet.messages_link": "staff assistant",
    "tablet.messages": "staff assistant",
    "tablet.order_news": "staff assistant",
    "tablet.line_news": "staff assistant",
    "tablet.order_messages": "staff assistant",
    "tablet.resend_message": "staff assistant",
    "tablet.tell_by_hand": "staff assistant",
    "tablet.correct_contact": "staff assistant",
    "tablet.list": "staff assistant",
    "tablet.close_list": "staff assistant",
    "tablet.stock_of": "staff assistant",
    "tablet.take": "staff assistant",
    "tablet.entrust": "staff assistant",
    "tablet.gone": "staff assistant",
    "tablet.answer_shelf_check": "staff assistant",
    "tablet.ask_shelf_check": "staff assistant",
    "tablet.count_shelf": "staff assistant",
    "tablet.shelf_checks_count": "staff assistant",
    "tablet.unmet": "staff manager",
    "tablet.unmet_csv": "staff manager",
    "tablet.told": "staff assistant",
    "kiosk.tell_me": "device kiosk",
    "kiosk.tell_me_now": "device kiosk",
    "kiosk.tell_me_noted": "device kiosk",
    "api.put_back_in_stock": "token customers:write",
    "api.list_back_in_stock": "token customers:read",
    "tablet.see_late": "staff manager",
    "tablet.sync": "staff assistant",
    "tablet.sync_now": "staff assistant",
    "tablet.sync_pill": "staff assistant",
    "tablet.sync_retry": "staff assistant",
    "tablet.sync_set_aside": "staff manager",
    "tablet.sync_state": "staff assistant",
    "kiosk.ask_shelf_check": "device kiosk",
    "phone.ask_shelf_check": "public",
    "kiosk.afresh": "device kiosk",
    "kiosk.ask": "device kiosk",
    "kiosk.balance": "device kiosk",
    "kiosk.called": "device kiosk",
    "kiosk.cancel_call": "device kiosk",
    "kiosk.card": "device kiosk",
    "kiosk.categories": "device kiosk",
    "kiosk.choose": "device kiosk",
    "kiosk.closed": "device kiosk",
    "kiosk.end": "device kiosk",
    "kiosk.filters": "device kiosk",
    "kiosk.help": "device kiosk",
    "kiosk.home": "device kiosk",
    "kiosk.notices": "device kiosk",
    "kiosk.close_here": "device kiosk",
    "kiosk.maintenance": "device kiosk",
    "kiosk.open_door": "device kiosk",
    "kiosk.restart": "device kiosk",
    "kiosk.restarting": "device kiosk",
    "kiosk.staff_door": "device kiosk",
    "kiosk.note_unmet": "device kiosk",
    "kiosk.pickup": "device kiosk",
    "kiosk.product": "device kiosk",
    "kiosk.product_stock": "device kiosk",
    "kiosk.read_code": "device kiosk",
    "kiosk.scan": "device kiosk",
    "kiosk.search_page": "device kiosk",
    "kiosk.settings": "device kiosk",
    "kiosk.waiting": "device kiosk",
    "kiosk.reserve": "device kiosk",
    "kiosk.reserve_now": "device kiosk",
    "kiosk.reservation": "device kiosk",
    "kiosk.list": "device kiosk",
    "kiosk.add_to_list": "device kiosk",
    "kiosk.change_list": "device kiosk",
    "kiosk.hand_off": "device kiosk",
    "kiosk.handoff": "device kiosk",
    "kiosk.product_acts": "device kiosk",
    "phone.list": "public",
    "phone.add_to_list": "public",
    "phone.change_list": "public",
    "phone.handoff": "public",
    "phone.handoff_printed": "public",
    "phone.take_handoff": "public",
    "phone.tell_me": "public",
    "phone.tell_me_now": "public",
    "phone.tell_me_noted": "public",
    "phone.reserve": "public",
    "phone.reserve_now": "public",
    "phone.order": "public",
    "phone.order_printed": "public",
    "phone.cancel_order": "public",
    "phone.answer": "public",
    "phone.arrive": "public",
    "phone.delegate": "public",
    "phone.extend": "public",
    "phone.leave": "public",
    "phone.withdraw_delegate": "public",
    "phone.delivery": "public",
    "phone.order_delivery": "public",
    "tablet.pictures": "staff manager",
    "tablet.add_picture": "staff manager",
    "tablet.change_picture": "staff manager",
    "kiosk.product_beside": "device kiosk",
    "pictures.picture": "public",
    "phone.digital_link": "public",
    "phone.label": "public",
    "phone.printed": "public",
    "phone.stock_here": "public",
}


def rules(app):
    for rule in app.url_map.iter_rules():
        found = auth.rule_of(app.view_functions[rule.endpoint])
        yield rule, found


def test_every_route_is_in_the_inventory_with_its_rule(app):
    found = {
        rule.endpoint: f"{access.kind} {access.needs}".strip() if access else None
        for rule, access in rules(app)
    }

    assert found == INVENTORY


def test_the_account_of_a_visit_alone_may_come_after_the_lock(app):
    late = {rule.endpoint for rule, access in rules(app) if access.late}

    assert late == {"tablet.close_visit"}


def path_of(rule):
    values = {
        name: "1" if "Integer" in str(kind) else "x" for name, kind in rule._converters.items()
    }
    return rule.build(values)[1] if values else rule.rule


def test_a_browser_that_was_never_enrolled_gets_into_nothing_of_the_shop(app, shop):
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False

    for rule, access in rules(app):
        if access.kind == "public":
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = client.open(path_of(rule), method=method)
            assert answer.status_code in (303, 401, 403), (rule, method, answer.status_code)
            assert "Camille" not in answer.text


def test_a_kiosk_gets_into_nothing_of_staff(app, kiosk):
    app.config["WTF_CSRF_ENABLED"] = False

    for rule, access in rules(app):
        if access.kind not in ("staff", "token") and access.needs != "tablet":
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = kiosk.client.open(path_of(rule), method=method)
            assert answer.status_code in (303, 401, 403), (rule, method, answer.status_code)


def test_every_form_is_refused_without_a_csrf_token(app, tablet):
    for rule, access in rules(app):
        if "POST" not in rule.methods or access.kind == "token":
            continue
        answer = tablet.client.post(path_of(rule), data={"key": "x" * 36})
        assert answer.status_code in (400, 403, 303), (rule, answer.status_code)


def test_a_view_without_a_rule_is_closed(app):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    assert app.test_client().get("/forgotten").status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/enrol", "/tablet/sign-in", "/static/js/scan/decode-worker.js", "/no"]
)
def test_what_can_act_carries_the_protecting_headers(app, path):
    with app.test_client().get(path) as answer:
        headers = answer.headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
