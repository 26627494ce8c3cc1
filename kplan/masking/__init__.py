"""The one room for what nobody should read: values of Secrets, and credentials in other objects.

Everything that is printed or stored passes through it: objects (``objects``), lines of the user's files (``lines``),
and what servers and kubectl say of values (``texts``). It imports nothing of kplan, so that every room can.
"""
