"""Makes the font files of pages and PDFs: fetched by npm, held against digests, cut to our letters.

`python -m fonts` makes them where they are missing or older than what they are made from, and
building or installing Keruen does the same (`hatch_build.py`). They are not committed. Archive and
wheel hold them, so that whoever installs these needs neither Node nor a network.
"""
