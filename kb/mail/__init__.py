"""E-mail: what a message looks like, the outbox it waits in, and who sends it.

message.py  a message in plain text, in a language
outbox.py   the messages that wait, until the mail server accepts them
sender.py   hands them to the server: at once, and again each hour
"""
