"""Rules about staying up through failures, drains and roll-outs."""
