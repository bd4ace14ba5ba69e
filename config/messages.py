"""The worker that writes to customers, made from the settings."""

import socket
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine

from config import pace
from config.settings import Messages, Settings
from store.connectors.letters import Carrier, Sender
from store.connectors.mail_folder import MailFolder
from store.connectors.sms import SmsWebhook
from store.connectors.smtp import Relay, Smtp
from store.reminders import Terms
from store.web.messages.office import Office
from store.web.messages.sending import Sending

HOUR_SECONDS = 3600.0
TRIAL = "magasin@example.org"  # who writes into a folder, where nothing is sent
LEASE_ANSWERS = 10  # of the mail server, each as late as it may be


def make_sending(app: Flask, settings: Settings, engine: Engine) -> Sending | None:
    """Return the worker, or None on a hub and where nobody carries messages."""
    chosen = settings.messages
    carried_by = carriers(chosen)
    if settings.server.role != "store" or not carried_by:
        return None
    office = Office(
        channels=sorted({channel for one in carried_by for channel in one.channels}),
        prefer=chosen.prefer,
        address=page_address(settings),
        language=settings.store.language,
    )
    return Sending(
        app,
        engine,
        carried_by,
        name=f"messages@{socket.gethostname()}:{settings.data_dir}",
        office=office,
        own_store=settings.store.code,
        terms=Terms(days_before=chosen.reminder_days, from_hour=chosen.reminder_hour),
        pace=pace.of(
            chosen,
            pass_seconds=chosen.pass_seconds,
            lease_seconds=max(60.0, LEASE_ANSWERS * chosen.timeout_seconds),
        ),
        give_up_seconds=chosen.give_up_hours * HOUR_SECONDS,
    )


def carriers(chosen: Messages) -> list[Carrier]:
    """Return who carries messages: a mail server, a webhook, or a folder in place of both."""
    sender = Sender(
        address=chosen.email_from, reply_to=chosen.reply_to, bounces_to=chosen.bounces_to
    )
    if chosen.folder:
        trial = sender if chosen.email_from else Sender(address=TRIAL)
        return [MailFolder(Path(chosen.folder), trial)]
    found: list[Carrier] = []
    if chosen.smtp_host and chosen.email_from:
        found.append(Smtp(relay(chosen), sender, timeout_seconds=chosen.timeout_seconds))
    if chosen.sms_url:
        found.append(webhook(chosen))
    return found


def relay(chosen: Messages) -> Relay:
    return Relay(
        host=chosen.smtp_host,
        port=chosen.smtp_port,
        security=chosen.smtp_security,
        user=chosen.smtp_user,
        password=chosen.smtp_password,
        authority=chosen.smtp_authority,
    )


def webhook(chosen: Messages) -> SmsWebhook:
    return SmsWebhook(
        chosen.sms_url,
        clock=lambda: datetime.now(UTC),
        secret=chosen.sms_secret,
        token=chosen.sms_token,
        sender=chosen.sms_from,
        connect_timeout_seconds=chosen.timeout_seconds,
        read_timeout_seconds=chosen.timeout_seconds,
    )


def page_address(settings: Settings) -> str:
    """Return where customers find the shop's pages; localhost is nobody's but ours."""
    return (settings.messages.address or settings.server.public_url).rstrip("/")
