"""English reasons from the system and from libraries, listed for the catalog.

They are the value `reason` of a `Message`, which `Message.text` translates. Other
reasons stay in English.
"""

from indexer.model.problems import Message, message

OF_THE_SYSTEM: tuple[Message, ...] = (
    message("No space left on device"),
    message("Disk quota exceeded"),
    message("Permission denied"),
    message("Operation not permitted"),
    message("Read-only file system"),
    message("No such file or directory"),
    message("Not a directory"),
    message("Is a directory"),
    message("File exists"),
    message("File name too long"),
    message("File too large"),
    message("Input/output error"),
    message("Too many open files"),
    message("Device or resource busy"),
    message("Address already in use"),
    message("Cannot assign requested address"),
)

OF_DATABASES: tuple[Message, ...] = (
    message("database is locked"),
    message("database or disk is full"),
    message("attempt to write a readonly database"),
    message("unable to open database file"),
    message("disk I/O error"),
    message("database disk image is malformed"),
    message("file is not a database"),
    message("another process is changing it"),
    message("it is not the database of this program"),
    message("a later version of this program made it"),
)

OF_INDEXES: tuple[Message, ...] = (
    message("there is no index"),
    message("it was made by another version"),
    message("the index cannot be read back"),
)

OF_CLUSTERS: tuple[Message, ...] = (
    message("no node answers"),
    message("no node answers in time"),
    message("no node answered a moment ago"),
    message("the sign-in is refused"),
    message("the user lacks the rights"),
    message("the certificate is not accepted (certificate has expired)"),
    message("the certificate is not accepted (self-signed certificate)"),
    message("the index is read-only: a disk of the cluster may be full"),
    message("the index is missing"),
    message("the cluster is too busy"),
    message("the signature is not ours"),
    message("the key that signs the index is missing"),
    message("the stamp is that of another index"),
)

OF_ARCHIVES: tuple[Message, ...] = (message("File is not a zip file"),)

OF_YAML: tuple[Message, ...] = (
    message("mapping values are not allowed in this context"),
    message("block sequence entries are not allowed in this context"),
    message("control characters are not allowed"),
    message("could not find expected ':'"),
    message("did not find expected key"),
    message("did not find expected '-' indicator"),
    message("did not find expected ',' or ']'"),
    message("did not find expected node content"),
    message("did not find expected alphabetic or numeric character"),
    message("found character that cannot start any token"),
    message("found unexpected end of stream"),
    message("found unknown escape character"),
)
