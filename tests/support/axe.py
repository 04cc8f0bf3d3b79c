"""axe-core, the accessibility rules that browsers' own tools use: one file of a package that npm
fetches once into the build directory. Its version and hash are fixed here."""

import base64
import hashlib
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile

import tidings

VERSION = "4.14.1"
SHA512 = ("FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==")

# The page's violations, as a list of sentences.
RUN = """
axe.run(document, {resultTypes: ['violations']}).then(result => result.violations.map(
    v => v.id + ' (' + v.impact + '): ' + v.help + ': ' + v.nodes.map(n => n.html).join(' | ')))
"""


def fetch(folder):
    """The package as a file in folder; skips where npm is not there or cannot have it."""
    npm = shutil.which("npm")
    if npm is None:
        tidings.skip("axe-core: there is no npm")
    try:
        done = subprocess.run([npm, "pack", f"axe-core@{VERSION}", "--silent"], cwd=folder,
                              capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        tidings.skip("axe-core: npm had no answer in two minutes")
    if done.returncode != 0:
        tidings.skip(f"axe-core: npm cannot have it (exit {done.returncode})")
    return pathlib.Path(folder) / f"axe-core-{VERSION}.tgz"


def source():
    """The text of axe.min.js."""
    kept = pathlib.Path(os.environ.get("TD_BUILD") or tempfile.gettempdir())
    kept = kept / f"axe-core-{VERSION}.min.js"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as folder:
            package = fetch(folder)
            digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
            assert digest == SHA512, f"axe-core {VERSION} is not what it was: {digest}"
            with tarfile.open(package) as files:
                part = kept.with_suffix(f".{os.getpid()}")
                part.write_bytes(files.extractfile("package/axe.min.js").read())
                part.replace(kept)
    return kept.read_text(encoding="utf-8")
