"""Rules about types and fields: what the API itself knows."""
