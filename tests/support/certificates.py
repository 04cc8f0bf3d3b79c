"""A CA of our own and server certificates by it, made with openssl when they are asked for."""

import atexit
import pathlib
import ssl
import subprocess
import tempfile

import tidings


class Certificates:
    """A CA of our own, and server certificates by it: made once for the file."""

    def __init__(self):
        self._scratch = tempfile.TemporaryDirectory(prefix="tidings-tls-")
        atexit.register(self._scratch.cleanup)
        self.dir = pathlib.Path(self._scratch.name)
        self.ca = self.dir / "ca.pem"
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                     "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem", "-addext",
                     "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign")

    def openssl(self, *arguments):
        subprocess.run([tidings.tool("openssl"), *arguments], cwd=self.dir, check=True,
                       capture_output=True)

    def context(self, name, days=2, self_signed=False):
        """A server's SSLContext whose certificate is for name, an IP address or a host."""
        kind = "IP" if name[0].isdigit() else "DNS"
        san = f"subjectAltName={kind}:{name}"
        pem, key = f"{name}{days}{self_signed}.pem", f"{name}{days}{self_signed}.key"
        common = ["-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key]
        if self_signed:
            self.openssl("req", "-x509", *common, "-days", str(days), "-out", pem, "-addext", san)
        else:
            (self.dir / "san").write_text(san)
            self.openssl("req", *common, "-out", "request")
            self.openssl("x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key",
                         "-days", str(days), "-extfile", "san", "-out", pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.dir / pem, self.dir / key)
        return context
