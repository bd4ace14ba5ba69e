"""Somebody who pulls the plug of servers, again and again."""

import random
import threading
import time

LONGEST_ANSWER_SECONDS = 0.04  # a kill falls somewhere into what a server does for a request


class Killer(threading.Thread):
    """Kills one of the servers now and then, and starts it again.

    With `asked`, an event that is set whenever somebody asks something of a server, it strikes
    while that is being done: else most kills fall between two acts, where nothing can break.
    """

    def __init__(self, servers, *, seed, asked=None):
        super().__init__(daemon=True)
        self.servers = servers
        self.chance = random.Random(seed)
        self.enough, self.asked = threading.Event(), asked
        self.kills = 0
        self.longest_seconds = 1.2  # that the servers are left alone

    def run(self):
        while not self.enough.wait(self.chance.uniform(0.05, self.longest_seconds)):
            server = self.chance.choice(self.servers)
            self.aim()
            server.kill()
            self.kills += 1
            self.enough.wait(self.chance.uniform(0, 0.5))
            started = time.monotonic()
            server.start()
            # where a start takes long, so does the work that shall come between two kills
            self.longest_seconds = max(1.2, time.monotonic() - started)

    def aim(self):
        """Wait until something is asked, and then a little."""
        if self.asked is not None:
            self.asked.clear()
            self.asked.wait(2)
            self.enough.wait(self.chance.uniform(0, LONGEST_ANSWER_SECONDS))

    def stop(self):
        self.enough.set()
        self.join(200)
