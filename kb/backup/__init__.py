"""Safety copies: all that can't be made again, in one file, checked and put back.

A copy is a zip: `manifest.json`, then `documents/…` and `instance/…`. The manifest
names the format, and the size and SHA-256 of each file. Zip is read by any system, and
a later version of this program reads every format that an earlier one wrote.
"""
