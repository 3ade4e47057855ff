"""One module per file type: from a source to a document, that is, blocks in order.

Files come from anyone. `isolated.py` is the way in: it has each file read in a process
apart, which the kernel ends when it takes too much time or memory (`worker.py`), and
what that process says comes back as JSON. `reading.py` reads in the process of who
calls it: nothing but the worker and the tests may.
"""
