"""A small disk in place of a folder, for tests of what happens when it is full."""

import shutil
import subprocess


class SmallDisk:
    """folder becomes a disk of some megabytes, with what was in it, until the test ends. Only root can
    mount one: elsewhere the test is skipped."""

    def __init__(self, test, folder, megabytes=4):
        self.folder = folder
        kept = folder.with_name(f"{folder.name}-was")
        folder.rename(kept)
        folder.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder],
                              check=False, capture_output=True)
        if done.returncode != 0:
            test.skipTest(f"mount: {done.stderr.decode().strip()}")
        test.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        shutil.copytree(kept, folder, dirs_exist_ok=True)

    def fill(self, spare=0):
        """Until so many octets are free."""
        free = shutil.disk_usage(self.folder).free
        (self.folder / "filler").write_bytes(b"x" * max(0, free - spare))

    def empty(self):
        (self.folder / "filler").unlink()
