"""Every setting of a server, by section; the values come from config/sources.py.

To add a key: a field here, and the same key with its unit and a comment in default.toml.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.places import sqlite_url
from store.screen_times import LIMITS


def number(low: float, high: float) -> Any:
    """Declare a number between `low` and `high`, both allowed."""
    return field(metadata={"low": low, "high": high})


def one_of(*names: str) -> Any:
    """Declare a word out of `names`."""
    return field(metadata={"names": names})


def networks() -> Any:
    """Declare a list of networks, such as "192.168.0.0/16"."""
    return field(metadata={"networks": True})


def zone() -> Any:
    """Declare a time zone, by its IANA name."""
    return field(metadata={"zone": True})


def filled_with(*parts: str) -> Any:
    """Declare a text in which `{part}` stands for something that is only known later."""
    return field(metadata={"parts": parts})


def secret(**rule: Any) -> Any:
    """Declare a secret: read from the environment or a file of its own, never from a TOML file."""
    return field(metadata={"secret": True, **rule})


@dataclass(frozen=True, kw_only=True)
class Server:
    role: str = one_of("store", "hub")
    host: str
    port: int = number(1, 65535)
    public_url: str
    threads: int = number(1, 64)
    backlog: int = number(128, 65535)
    backpressure: int = number(128, 65535)
    stop_seconds: int = number(1, 8)
    trusted_proxies: int = number(0, 5)
    proxy_networks: tuple[str, ...] = networks()
    log_level: str = one_of("debug", "info", "warning", "error")
    secret_key: str = secret()


@dataclass(frozen=True, kw_only=True)
class Database:
    url: str = secret(database=True)


@dataclass(frozen=True, kw_only=True)
class Store:
    code: str
    language: str = one_of("fr", "en")
    time_zone: str = zone()


@dataclass(frozen=True, kw_only=True)
class Kiosk:
    browse_idle_seconds: int = number(*LIMITS["browse_idle_seconds"])
    personal_idle_seconds: int = number(*LIMITS["personal_idle_seconds"])
    countdown_seconds: int = number(*LIMITS["countdown_seconds"])
    confirmation_seconds: int = number(*LIMITS["confirmation_seconds"])
    accessible_factor: int = number(2, 10)
    more_time_factor: int = number(*LIMITS["more_time_factor"])


@dataclass(frozen=True, kw_only=True)
class Staff:
    lock_seconds: int = number(15, 3600)
    pin_attempts: int = number(3, 10)
    lock_out_seconds: int = number(10, 3600)


@dataclass(frozen=True, kw_only=True)
class Stock:
    live_seconds: int = number(1, 600)
    recent_seconds: int = number(60, 86400)
    trust_days: int = number(1, 3660)
    moved_percent: int = number(0, 100)
    low_level: int = number(0, 100)


@dataclass(frozen=True, kw_only=True)
class Pickups:
    ring_again_seconds: int = number(10, 600)
    keep_days: int = number(1, 90)
    answer_hours: int = number(1, 336)
    extension_days: int = number(1, 60)
    extensions: int = number(0, 10)
    new_louder_seconds: int = number(10, 86400)
    new_manager_seconds: int = number(10, 86400)
    new_printed_seconds: int = number(10, 86400)
    ticket_days: int = number(1, 3650)
    counters: tuple[str, ...]
    arrival_louder_seconds: int = number(5, 3600)
    arrival_manager_seconds: int = number(10, 3600)
    wrong_codes: int = number(1, 1000)
    wrong_code_minutes: int = number(1, 24 * 60)
    itinerary: str = filled_with("latitude", "longitude")


@dataclass(frozen=True, kw_only=True)
class Reservations:
    hold_until: str = one_of("closing_today", "closing_tomorrow", "hours")
    hold_hours: int = number(1, 24 * 14)
    per_hour: int = number(1, 10000)
    kiosk_per_hour: int = number(1, 10000)
    address_days: int = number(0, 28)  # the outbox forgets after 30 that it was told


@dataclass(frozen=True, kw_only=True)
class BackInStock:
    days: int = number(1, 365)


@dataclass(frozen=True, kw_only=True)
class Unmet:
    days: int = number(1, 3650)


@dataclass(frozen=True, kw_only=True)
class Messages:
    email_from: str
    reply_to: str
    bounces_to: str
    smtp_host: str
    smtp_port: int = number(1, 65535)
    smtp_security: str = one_of("starttls", "tls", "none")
    smtp_authority: str
    smtp_user: str
    smtp_password: str = secret()
    sms_url: str
    sms_from: str
    sms_token: str = secret()
    sms_secret: str = secret()
    report_secret: str = secret()
    prefer: str = one_of("email", "sms")
    address: str
    folder: str
    reminder_days: int = number(0, 30)
    reminder_hour: int = number(0, 23)
    resend_minutes: int = number(0, 24 * 60)
    contact_days: int = number(0, 3660)
    late_minutes: int = number(1, 24 * 60)
    silent_minutes: int = number(1, 7 * 24 * 60)
    give_up_hours: int = number(1, 24 * 14)
    pass_seconds: float = number(0.1, 3600)
    timeout_seconds: float = number(0.5, 120)
    backoff_base_seconds: float = number(0.1, 3600)
    backoff_max_seconds: float = number(0.1, 86400)

    @property
    def can_send(self) -> bool:
        """Tell whether somebody carries messages."""
        by_mail = self.smtp_host and self.email_from
        return bool(self.folder or by_mail or self.sms_url)


@dataclass(frozen=True, kw_only=True)
class Handoffs:
    minutes: int = number(1, 60)
    kept_hours: int = number(1, 24 * 30)


@dataclass(frozen=True, kw_only=True)
class Calls:
    louder_seconds: int = number(5, 3600)
    unanswered_seconds: int = number(10, 3600)
    ends_seconds: int = number(60, 7200)


@dataclass(frozen=True, kw_only=True)
class Loyalty:
    programme_cards: tuple[str, ...]
    reward_points: int = number(0, 1_000_000)
    reward_minor: int = number(0, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class Sync:
    hub_url: str
    token: str = secret()
    interval_seconds: float = number(0.1, 3600)
    connect_timeout_seconds: float = number(0.1, 60)
    read_timeout_seconds: float = number(0.1, 120)
    breaker_failures: int = number(1, 100)
    breaker_latency_seconds: float = number(0.1, 120)
    breaker_open_seconds: float = number(0.1, 3600)
    backoff_base_seconds: float = number(0.1, 600)
    backoff_max_seconds: float = number(1, 86400)
    lease_seconds: float = number(5, 3600)


@dataclass(frozen=True, kw_only=True)
class Labels:
    address: str
    reduction_days: int = number(0, 365)
    sheet: str = one_of("105x74", "99x68", "70x37", "63x38", "own")
    cut_marks: str = one_of("auto", "on", "off")
    label_width_mm: float = number(50, 420)
    label_height_mm: float = number(30, 420)
    columns: int = number(1, 8)
    rows: int = number(1, 14)
    margin_left_mm: float = number(0, 100)
    margin_top_mm: float = number(0, 100)
    gutter_x_mm: float = number(0, 50)
    gutter_y_mm: float = number(0, 50)
    page_width_mm: float = number(50, 420)
    page_height_mm: float = number(30, 600)
    access_point_url: str
    pass_seconds: float = number(1, 3600)
    told_seconds: float = number(5, 86400)
    connect_timeout_seconds: float = number(0.1, 60)
    read_timeout_seconds: float = number(0.1, 120)
    backoff_base_seconds: float = number(1, 3600)
    backoff_max_seconds: float = number(1, 86400)
    low_battery_mv: int = number(1800, 3600)


@dataclass(frozen=True, kw_only=True)
class Printing:
    slips: str = one_of("ready", "asked")
    pass_seconds: float = number(1, 3600)
    asked_seconds: float = number(5, 86400)
    answer_seconds: float = number(0.2, 120)
    backoff_base_seconds: float = number(1, 3600)
    backoff_max_seconds: float = number(1, 86400)


@dataclass(frozen=True, kw_only=True)
class Https:
    mode: str = one_of("off", "own", "files")
    certificate: str
    key: str
    names: tuple[str, ...]
    networks: tuple[str, ...] = networks()


@dataclass(frozen=True, kw_only=True)
class Limits:
    lookups_per_minute: int = number(1, 10000)
    requests_per_minute: int = number(10, 100000)


@dataclass(frozen=True, kw_only=True)
class Demo:
    on: bool
    link_file: str
    other_url: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one server."""

    data_dir: Path
    server: Server
    database: Database
    store: Store
    kiosk: Kiosk
    staff: Staff
    stock: Stock
    pickups: Pickups
    reservations: Reservations
    back_in_stock: BackInStock
    unmet: Unmet
    messages: Messages
    handoffs: Handoffs
    calls: Calls
    loyalty: Loyalty
    sync: Sync
    labels: Labels
    printing: Printing
    https: Https
    limits: Limits
    demo: Demo

    @property
    def database_url(self) -> str:
        """Return the database given, or else a SQLite file in the data folder."""
        return self.database.url or sqlite_url(self.data_dir)

    @property
    def address(self) -> str:
        """Return the address that people and other servers use, without a slash at its end."""
        scheme = "http" if self.https.mode == "off" else "https"
        return self.server.public_url.rstrip("/") or f"{scheme}://localhost:{self.server.port}"
