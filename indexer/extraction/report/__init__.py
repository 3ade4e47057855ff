"""What a report says of itself: title, dates, authors, licence; and its report card."""
