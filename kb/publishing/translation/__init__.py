"""Help for translators: earlier translations, glossary terms, a machine translator."""
