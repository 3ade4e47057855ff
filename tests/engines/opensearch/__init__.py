"""The engine on OpenSearch, on three real nodes."""
