"""axe-core, the accessibility rules that browsers' own tools use: one file from the npm registry,
fetched once into the build directory. Its version and hash are fixed here."""

import base64
import hashlib
import io
import os
import pathlib
import tarfile
import tempfile
import urllib.error
import urllib.request

import tidings

VERSION = "4.14.1"
URL = f"npm:axe-core-{VERSION}.tgz"
SHA512 = ("FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==")

# The page's violations, as a list of sentences.
RUN = """
axe.run(document, {resultTypes: ['violations']}).then(result => result.violations.map(
    v => v.id + ' (' + v.impact + '): ' + v.help + ': ' + v.nodes.map(n => n.html).join(' | ')))
"""


def source():
    """The text of axe.min.js; skips the file where it cannot be had."""
    folder = pathlib.Path(os.environ.get("TD_BUILD") or tempfile.gettempdir())
    kept = folder / f"axe-core-{VERSION}.min.js"
    if not kept.exists():
        try:
            with urllib.request.urlopen(URL, timeout=30) as answer:
                package = answer.read()
        except (urllib.error.URLError, OSError) as trouble:
            tidings.skip(f"axe-core cannot be fetched from {URL}: {trouble}")
        digest = base64.b64encode(hashlib.sha512(package).digest()).decode()
        assert digest == SHA512, f"{URL} is not what it was: {digest}"
        with tarfile.open(fileobj=io.BytesIO(package)) as files:
            part = kept.with_suffix(f".{os.getpid()}")
            part.write_bytes(files.extractfile("package/axe.min.js").read())
            part.replace(kept)
    return kept.read_text(encoding="utf-8")
