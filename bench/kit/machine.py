"""What a table cannot be read without: the machine, and who else used it."""
import os
import platform
import re

from kit.process import run


def first(path, pattern):
    """What the first match of `pattern` in a file holds; "unknown" when there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as text:
            found = re.search(pattern, text.read(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1).strip() if found else "unknown"


def memory(name):
    """GiB of a row of /proc/meminfo."""
    held = first("/proc/meminfo", rf"^{name}:\s+(\d+)")
    return round(int(held) / 2**20, 1) if held.isdigit() else 0


def file_system(folder):
    """The kind of the file system that `folder` is on."""
    folder, best, kind = os.path.realpath(folder) + "/", "", "unknown"
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:
        for line in mounts:
            where, rest = line.split()[4], line.split(" - ", 1)[1]
            if folder.startswith(where.rstrip("/") + "/") and len(where) >= len(best):
                best, kind = where, rest.split()[0]
    return kind


def load():
    return round(os.getloadavg()[0], 2)


def facts(folder, tutela=None):
    """A dictionary to print and to keep. `tutela`: the program, for what it chose here."""
    return {
        "cpu": first("/proc/cpuinfo", r"^(?:model name|Processor|CPU part)\s*:\s*(.*)$"),
        "processors": len(os.sched_getaffinity(0)),
        "flags": [flag for flag in ("sse4_1", "avx2", "avx512bw", "sha_ni", "asimd", "sha2")
                  if re.search(rf"\b{flag}\b", first("/proc/cpuinfo", r"^(?:flags|Features)\s*:(.*)$"))],
        "chosen": run([tutela, "version", "-v"], keep=True)["said"].strip().split("\n")
                  if tutela else [],
        "TUTELA_CPU": os.environ.get("TUTELA_CPU", ""),
        "memory_gib": memory("MemTotal"),
        "free_gib": memory("MemAvailable"),
        "kernel": platform.release(),
        "file_system": file_system(folder),
        "load_before": load(),
    }


def show(machine):
    """The facts as lines of text."""
    print(f"{machine['processors']} processors: {machine['cpu']} ({' '.join(machine['flags'])})"
          + (f", TUTELA_CPU={machine['TUTELA_CPU']}" if machine["TUTELA_CPU"] else ""))
    print(f"{machine['memory_gib']} GiB of memory, {machine['free_gib']} free; "
          f"{machine['file_system']}; Linux {machine['kernel']}; load {machine['load_before']} before")
    for line in machine["chosen"]:
        print(f"    {line.strip()}")


def show_end(machine):
    machine["load_after"] = load()
    print(f"\nload {machine['load_after']} after")
