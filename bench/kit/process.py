"""Runs programs and says what they cost."""
import os
import subprocess
import sys
import tempfile
import time

# Between two looks at a process's memory. A look makes the kernel walk its page tables, so that
# memory is never watched in a run that is timed.
LOOK = 0.003


class Failed(SystemExit):
    """Something did not run as it should: the end, unless someone can go on without it."""


def fail(text):
    raise Failed(f"{os.path.basename(sys.argv[0])}: {text}")


def run(command, keep=False, environment=None, fine=(0,), **popen):
    """Runs a command to its end: wall and processor seconds (children too), peak MiB (resident, of
    the largest process), exit status, and with `keep` what it wrote. Any exit but those in `fine` is a
    Failed; None lets all pass."""
    command = [str(word) for word in command]
    with tempfile.TemporaryFile() as errors:
        begun = time.monotonic()
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE if keep else subprocess.DEVNULL, stderr=errors,
            env={**os.environ, **(environment or {})}, **popen)
        said = process.stdout.read().decode(errors="replace") if keep else ""
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        if keep:
            process.stdout.close()
        process.returncode = os.waitstatus_to_exitcode(status)
        if fine is not None and process.returncode not in fine:
            errors.seek(0)
            tail = errors.read()[-2000:].decode(errors="replace")
            fail(f"{' '.join(command)}: exit {process.returncode}\n{tail}")
    return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "mib": used.ru_maxrss / 1024,
            "exit": process.returncode, "said": said}


def private_kib(pid):
    """Memory that is the process's own: what is not a mapped file's, or was written to."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rows:
            held = dict(row.split(":") for row in rows if ":" in row.split(" ")[0])
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return max(int(held.get(name, "0 kB").split()[0]) for name in ("Anonymous", "Private_Dirty"))


def private_peak(command, environment=None):
    """The most private memory, in MiB, that some hundred looks a second saw while it ran."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
    most = 0
    while process.poll() is None:
        most = max(most, private_kib(process.pid))
        time.sleep(LOOK)
    if process.returncode != 0:
        fail(f"{' '.join(map(str, command))}: exit {process.returncode}")
    return most / 1024
