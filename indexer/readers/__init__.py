"""One module per file type: from a source to a document, that is, blocks in order."""
