"""Contenders that run in turn, so that what else the machine does meets all alike.

In every round each contender runs once. A ratio is taken within each round and its median is the
figure. Contenders whose one run takes minutes may run in fewer rounds; the tables say so.
"""
import dataclasses
import shutil
import statistics

from kit.process import Failed, run


@dataclasses.dataclass
class Contender:
    """A command, what it does (`work`) and who does it (`tool`)."""
    work: str
    tool: str
    command: list
    environment: dict = dataclasses.field(default_factory=dict)
    rounds: int = 0     # at most; 0: all
    slow: bool = False  # no warm-up of its own: what it reads is warmed by the others
    fine: tuple = (0,)

    @property
    def name(self):
        return self.work, self.tool

    def needs(self):
        """The program it cannot do without."""
        return "md5sum" if self.command[0] == "sh" else self.command[0]


def installed(contenders, say):
    """Those whose programs are there; says the others."""
    there = []
    for contender in contenders:
        if shutil.which(contender.needs()):
            there.append(contender)
        else:
            say(f"{contender.tool} is not installed: left out of {contender.work}")
    return there


def take(contenders, rounds, say):
    """All runs: {(work, tool): [what kit.process.run answers]}. One round before does not count. Who
    fails is out, and has no runs: the others go on."""
    taken, out = {contender.name: [] for contender in contenders}, set()
    for turn in range(rounds + 1):
        say(f"round {turn} of {rounds}" if turn else "warming up")
        for contender in contenders:
            if turn == 0 and contender.slow or contender.rounds and turn > contender.rounds:
                continue
            if contender.name in out:
                continue
            try:
                done = run(contender.command, environment=contender.environment, fine=contender.fine)
            except Failed as why:
                say(f"FAILED, and left out from here: {why}")
                out.add(contender.name)
                taken[contender.name] = []
                continue
            if turn:
                taken[contender.name].append(done)
    return taken


def ratios(above, below):
    """Wall time of `above` over that of `below`, round by round; a run alone in its round is held
    against the median of the others."""
    if not above or not below:
        return []
    middle = [statistics.median(r["wall"] for r in runs) for runs in (above, below)]
    if len(above) < len(below):
        return [a["wall"] / middle[1] for a in above]
    if len(below) < len(above):
        return [middle[0] / b["wall"] for b in below]
    return [a["wall"] / b["wall"] for a, b in zip(above, below)]
