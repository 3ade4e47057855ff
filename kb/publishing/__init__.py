"""From a file to a draft, and from a draft to the content. No Flask in it.

What is added is whole or not there: it is made in a folder of its own, flushed to disk,
then renamed into place.
"""
