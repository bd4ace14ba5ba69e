"""Between which a kiosk's times may lie; apart from the tables, which settings do without."""

# Lowest and highest: seconds, and how many times as long for somebody who asked for more time.
# WCAG 2.2.1 asks for a countdown of 20 at least.
LIMITS: dict[str, tuple[int, int]] = {
    "browse_idle_seconds": (10, 3600),
    "personal_idle_seconds": (10, 600),
    "countdown_seconds": (20, 300),
    "confirmation_seconds": (5, 300),
    "more_time_factor": (2, 20),
}
