"""What the features of the staff side share: routing, access, session, forms, links."""
