"""What several blueprints share: addresses, headers, labels, cards, dates, errors."""
