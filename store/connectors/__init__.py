"""How this shop speaks with central systems: records in, records out, no table in sight."""
