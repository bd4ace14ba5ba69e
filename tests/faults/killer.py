"""Somebody who pulls the plug of servers, again and again."""

import random
import threading
import time


class Killer(threading.Thread):
    """Kills one of the servers now and then, and starts it again."""

    def __init__(self, servers, *, seed):
        super().__init__(daemon=True)
        self.servers = servers
        self.chance = random.Random(seed)
        self.enough = threading.Event()
        self.kills = 0
        self.longest_seconds = 1.2  # that the servers are left alone

    def run(self):
        while not self.enough.wait(self.chance.uniform(0.05, self.longest_seconds)):
            server = self.chance.choice(self.servers)
            server.kill()
            self.kills += 1
            self.enough.wait(self.chance.uniform(0, 0.5))
            started = time.monotonic()
            server.start()
            # where a start takes long, so does the work that shall come between two kills
            self.longest_seconds = max(1.2, time.monotonic() - started)

    def stop(self):
        self.enough.set()
        self.join(200)
