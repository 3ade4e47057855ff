"""From a query to a page of results, over an open index."""
