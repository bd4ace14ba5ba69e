"""Somebody who pulls the plug of servers, again and again."""

import random
import threading


class Killer(threading.Thread):
    """Kills one of the servers now and then, and starts it again."""

    def __init__(self, servers, *, seed):
        super().__init__(daemon=True)
        self.servers = servers
        self.chance = random.Random(seed)
        self.enough = threading.Event()
        self.kills = 0

    def run(self):
        while not self.enough.wait(self.chance.uniform(0.05, 1.2)):
            server = self.chance.choice(self.servers)
            server.kill()
            self.kills += 1
            self.enough.wait(self.chance.uniform(0, 0.5))
            server.start()

    def stop(self):
        self.enough.set()
        self.join(60)
