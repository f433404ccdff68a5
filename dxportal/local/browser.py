"""`make test` needs a Chromium, a Japanese font and Pango (for PDF); where we are root apt brings them, elsewhere one
line says how."""

import ctypes.util
import os
import shutil
import subprocess

PACKAGES = ["chromium", "fonts-noto-cjk", "libpango-1.0-0", "libpangoft2-1.0-0"]
NAMES = ["chromium", "chromium-browser", "google-chrome"]


def find() -> str | None:
    """The path of the browser for the journeys: CHROMIUM, or the first of the usual names."""
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> int:
    """Make a browser available where we may. Its absence is no failure here; the journeys report it themselves."""
    if find() and has_japanese_font() and has_pango():
        return 0
    command = f"apt-get install --yes --no-install-recommends {' '.join(PACKAGES)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"The browser journeys need Chromium, a Japanese font and Pango: sudo {command}")
        return 0
    print("Installing Chromium, a Japanese font and Pango ...", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for line in ("apt-get update", command):
        subprocess.run(line.split(), env=environ, stdout=subprocess.DEVNULL, check=False)
    return 0 if find() else 1


def has_japanese_font() -> bool:
    lister = shutil.which("fc-list")
    return bool(lister) and bool(
        subprocess.run([lister, ":lang=ja", "family"], capture_output=True).stdout.strip()
    )


def has_pango() -> bool:
    """What WeasyPrint sets its lines with."""
    return all(ctypes.util.find_library(name) for name in ("pango-1.0", "pangoft2-1.0"))
