"""What every part of the site needs: settings, files, caches, catalogs, queue."""
