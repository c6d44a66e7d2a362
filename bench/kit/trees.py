"""Trees of random files and lists of random digests, the same from the same seed.

They stand in a folder of their own and are removed with it, unless they are to be kept: then one that
is complete is used again. Everything is read once after it was made, so that it is in the page cache,
and written to disk first, so that no measurement meets the writing.
"""
import os
import shutil
import tempfile

from kit.process import run

SEED = "1"


def scale(count):
    return int(float(count))


class Trees:
    def __init__(self, folder, programs, keep=False):
        self.programs, self.keep = programs, keep
        if keep:
            self.folder = os.path.join(folder, "bench-trees")
            os.makedirs(self.folder, exist_ok=True)
        else:  # two at once are not in each other's way
            self.folder = tempfile.mkdtemp(prefix="bench-trees-", dir=folder)

    def program(self, name):
        return os.path.join(self.programs, name)

    def make(self, name, build):
        """The path of `name`, which build(path) makes if it is not there whole."""
        path = os.path.join(self.folder, name)
        whole = path + ".whole"
        if not os.path.exists(whole):
            self.drop(path)
            build(path)
            with open(whole, "w", encoding="ascii"):
                pass
        return path

    def drop(self, path):
        """Removes what make() made."""
        if os.path.exists(path + ".whole"):
            os.unlink(path + ".whole")
        if os.path.isdir(path):
            shutil.rmtree(path)
        elif os.path.exists(path):
            os.unlink(path)

    def tree(self, kind, count, *more):
        """A tree of corpus.c, in the page cache; `more` as in its usage."""
        def build(path):
            os.mkdir(path)
            run([self.program("bench/corpus"), kind, path, count, SEED, *more])
        path = self.make("-".join([kind, str(count), *map(str, more)]), build)
        warm(path)
        return path

    def list(self, count):
        """(list in md5sum's form, unsealed set) of that many MD5s that are of no file."""
        def text(path):
            run([self.program("bench/corpus"), "list", path, count, SEED])
        def compiled(path):
            run([self.program("tutela"), "set", "build", "--as", "known-bad", "--unsealed", "-o",
                 path, listed])
        listed = self.make(f"list-{count}.md5", text)
        made = self.make(f"list-{count}.tset", compiled)
        for path in (listed, made):
            settle(path)
        return listed, made

    def remove(self):
        """The end of all that is not to be kept."""
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def leave(self, *paths):
        """What is not needed any more goes, unless all is to be kept."""
        for path in [] if self.keep else paths:
            self.drop(path)


def files(tree):
    for at, _, names in os.walk(tree):
        for name in names:
            yield os.path.join(at, name)


def settle(path):
    with open(path, "rb", buffering=0) as held:
        os.fdatasync(held.fileno())
        while held.read(1 << 20):
            pass


def warm(tree):
    """Everything on disk, and in the page cache."""
    os.sync()
    for path in files(tree):
        with open(path, "rb", buffering=0) as held:
            while held.read(1 << 20):
                pass


def size_of(tree):
    """Files and bytes."""
    sizes = [os.lstat(path).st_size for path in files(tree)]
    return len(sizes), sum(sizes)
