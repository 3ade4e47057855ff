"""What blueprints share: addresses, headers, labels, cards, dates, errors."""
