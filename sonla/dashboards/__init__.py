"""Read-only pages over all rooms: province, district, commune, criterion."""
