"""What the staff side keeps."""
