"""What was found in files: kept by digest, and made records that wait on a shelf."""
