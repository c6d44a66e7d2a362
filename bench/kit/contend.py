"""Who takes part in a scan, with which command, and which ratios issue 4 asks for."""
import os

from kit import figures
from kit.rounds import Contender, ratios

THREE = ["md5", "sha1", "sha256"]
THREE_WORK = "MD5, SHA-1, SHA-256"
READING, OPENSSL = "reading alone", "OpenSSL, same threads"
LOWERED = ["avx2", "sse4.1", "scalar"]  # words of TUTELA_CPU: digest/cpu.c

# md5deep keeps 0.6 KiB an entry and reads its list at every start: 83 s for ten million.
MD5DEEP_ONCE = 5_000_000
MD5DEEP_GIB = 0.75e-6


def md5_work(count):
    return f"MD5, list of {count:,}"


# The others open no containers: beside them neither do we, and a row of its own tells what that costs.
FLAT, OPENED = ("--flat",), ()


def tutela(options, *words, threads=None, opens=FLAT):
    return [os.path.join(options.programs, "tutela"), "scan", "--threads",
            str(threads or options.threads), *opens, *words]


def steps(threads):
    """Numbers of threads to measure below all: 1, 2, 4 ..."""
    return [2**i for i in range(8) if 2**i < threads]


def md5_contenders(options, tree, lists, files, patient):
    """Without `patient`, md5deep has no list that takes it minutes to read."""
    threads = str(options.threads)
    plain = [os.path.join(options.programs, "bench/plain"), tree, threads]
    # As many processes as threads, however few the files are.
    share = max(1, min(64, files // (4 * options.threads)))
    sums = ["sh", "-c", f'find "$1" -type f -print0 | xargs -0 -n {share} -P "$2" md5sum', "sh", tree,
            threads]
    out = []
    for count, (listed, compiled) in lists.items():
        many = count > MD5DEEP_ONCE
        out.append(Contender(md5_work(count), "tutela", tutela(options, "--set", compiled, tree)))
        if count == min(lists):
            out += [Contender(md5_work(count), "tutela, containers opened",
                              tutela(options, "--set", compiled, tree, opens=OPENED)),
                    Contender(md5_work(count), READING, plain),
                    Contender(md5_work(count), OPENSSL, [*plain, "md5"]),
                    Contender(md5_work(count), "xargs md5sum", sums)]
        # md5deep says with 1 to 3 that hashes of its list, or files, were not met.
        if count * MD5DEEP_GIB < options.free_gib and (patient or not many):
            out.append(Contender(md5_work(count), "md5deep -m",
                                 ["md5deep", "-j" + threads, "-m", listed, "-r", tree],
                                 rounds=1 if many else 0, slow=True, fine=(0, 1, 2, 3)))
    return out


def three_contenders(options, tree, compiled):
    threads = str(options.threads)
    plain = [os.path.join(options.programs, "bench/plain"), tree, threads]
    return [
        Contender(THREE_WORK, "tutela",
                  tutela(options, "--set", compiled, "--digests", ",".join(THREE), tree)),
        Contender(THREE_WORK, OPENSSL, [*plain, *THREE]),
        Contender(THREE_WORK, "hashdeep",
                  ["hashdeep", "-c", ",".join(THREE), "-j" + threads, "-r", tree], slow=True),
        Contender(THREE_WORK, "rhash", ["rhash", "--md5", "--sha1", "--sha256", "-r", tree], slow=True),
    ]


def lowered(options, tree, compiled, work):
    """Ours, made to believe in a lesser processor. OpenSSL keeps all it has."""
    words = ["--digests", ",".join(THREE)] if work == THREE_WORK else []
    return [Contender(work, f"tutela, TUTELA_CPU={word}",
                      tutela(options, "--set", compiled, *words, tree), {"TUTELA_CPU": word},
                      slow=True)
            for word in LOWERED]


def fewer_threads(options, tree, compiled, first):
    out = []
    for count in steps(options.threads):
        some = f", {count} thread" + "s" * (count > 1)
        plain = [os.path.join(options.programs, "bench/plain"), tree, str(count)]
        out += [
            Contender(first, "tutela" + some,
                      tutela(options, "--set", compiled, tree, threads=count), slow=True),
            Contender(THREE_WORK, "tutela" + some,
                      tutela(options, "--set", compiled, "--digests", ",".join(THREE), tree,
                             threads=count), slow=True),
            Contender(first, READING + some, plain, slow=True),
        ]
    return out


def huge_contenders(options, tree):
    plain = [os.path.join(options.programs, "bench/plain"), tree, "1"]
    once = {"rounds": 1, "slow": True}
    return [
        Contender("MD5 alone", "tutela", tutela(options, "--digests", "md5", tree)),
        Contender("SHA-256 alone", "tutela", tutela(options, "--digests", "sha256", tree),
                  slow=True),
        Contender(THREE_WORK, "tutela", tutela(options, "--digests", ",".join(THREE), tree)),
        Contender("MD5 alone", "OpenSSL, one thread", [*plain, "md5"], **once),
        Contender(THREE_WORK, "OpenSSL, one thread", [*plain, *THREE], **once),
    ]


# ---- Figures to reach --------------------------------------------------------------------------

def times(group, work, tool, above, below, target=None, better="higher"):
    """The row of one ratio of wall times; none when a side was not measured."""
    values = ratios(above, below)
    if not values:
        return []
    found = figures.row(group, work, tool, "ratio", values, "x", better)
    return [figures.aim(found, target) if target else found]


# group, work, against: ours must be so many times as fast.
FASTER = {
    ("small", "md5", "xargs md5sum"): 4.2,
    ("small", "md5", "md5deep -m"): 19,
    ("small", THREE_WORK, "hashdeep"): 11.5,
    ("small", THREE_WORK, OPENSSL): 2.9,
    ("large", "md5", "xargs md5sum"): 4.2,
    ("large", "md5", "md5deep -m"): 12,
    ("large", THREE_WORK, "hashdeep"): 6.5,  # and 10 wanted
}
READING_MOST = 1.8
LOWERED_LEAST = 1
THREADS_LEAST = 3.6  # from 1 thread to 4
HUGE_MOST = 1.05
MEMORY_MOST = 64  # MiB


def scan_goals(group, taken, lists):
    """Ratios of a tree of many files."""
    out = []
    first = md5_work(min(lists))
    kinds = [(md5_work(count), "md5") for count in lists] + [(THREE_WORK, THREE_WORK)]
    for work, kind in kinds:
        ours = taken.get((work, "tutela"))
        for tool in ("xargs md5sum", "md5deep -m", "hashdeep", "rhash", OPENSSL):
            # What looks nothing up has run once, whatever the list.
            theirs = taken.get((work, tool)) or (kind == "md5" and tool != "md5deep -m"
                                                 and taken.get((first, tool)))
            out += times(group, work, f"times as fast as {tool}", theirs, ours,
                         FASTER.get((group, kind, tool)))
        if kind == "md5":
            out += times(group, work, "wall time of reading alone", ours,
                         taken.get((first, READING)), READING_MOST if group == "small" else None,
                         "lower")
        for word in LOWERED:
            out += times(group, work, f"TUTELA_CPU={word}: times as fast as {OPENSSL}",
                         taken.get((work, OPENSSL)), taken.get((work, f"tutela, TUTELA_CPU={word}")),
                         LOWERED_LEAST)
    return out


def thread_goals(options, group, taken, first):
    """What more threads bring, and what they bring to reading alone, which bounds it."""
    out = []
    for count in [*steps(options.threads)[1:], options.threads]:
        some = "" if count == options.threads else f", {count} threads"
        for work, tool in ((first, "tutela"), (THREE_WORK, "tutela"), (first, READING)):
            target = THREADS_LEAST if count == 4 and tool == "tutela" else None
            out += times(group, work, f"{tool}: {count} threads against one",
                         taken.get((work, tool + ", 1 thread")), taken.get((work, tool + some)),
                         target)
    return out


def huge_goals(group, taken):
    alone = [taken[work, "tutela"] for work in ("MD5 alone", "SHA-256 alone")
             if taken.get((work, "tutela"))]
    slowest = max(alone, key=lambda runs: figures.quartiles([r["wall"] for r in runs])[1],
                  default=None)
    out = times(group, THREE_WORK, "time of its slowest digest alone",
                taken.get((THREE_WORK, "tutela")), slowest, HUGE_MOST, "lower")
    for work in ("MD5 alone", THREE_WORK):
        out += times(group, work, "times as fast as OpenSSL, one thread",
                     taken.get((work, "OpenSSL, one thread")), taken.get((work, "tutela")))
    return out


# digest, load, by, ratio to OpenSSL's one stream: what `kernels --json` says.
KERNELS = [
    ("MD5", "full lanes", "AVX-512", 15),
    ("SHA-1", "full lanes", "AVX-512", 3.6),
    ("SHA-256", "full lanes", "AVX-512", 2.2),
    ("all three", "32 equal streams", "lanes, this machine", 4.7),
    ("MD5", "full lanes", "AVX2", 8),
    ("all three", "32 equal streams", "lanes, TUTELA_CPU=avx2", 2.2),
]


def kernel_goals(lines):
    """Of several kernels of one instruction set, the one with most streams at once."""
    out = []
    for digest, load, by, target in KERNELS:
        fit = [line for line in lines if (line["digest"], line["load"], line["by"]) == (digest, load, by)]
        if not fit:
            continue
        best = max(fit, key=lambda line: line["ratio"])
        found = figures.row("kernels, a core", f"{digest}, {load}", f"{by}: times OpenSSL, one stream",
                            "ratio", [best["ratio"]], "x", "higher")
        found |= {"q1": best["ratio_q1"], "q3": best["ratio_q3"], "min": best["ratio_min"],
                  "max": best["ratio_max"], "runs": best["rounds"], "best": best["best_ratio"]}
        out.append(figures.aim(found, target))
    return out
