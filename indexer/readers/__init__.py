"""One module per file type: from the bytes of a file to the blocks of a document.

Files come from strangers. `sandbox/` reads each file in a child process that the kernel
kills beyond its limits; the reading comes back as JSON. `dispatch.py` reads in the
current process: only the worker of the sandbox and the tests call it.
"""
