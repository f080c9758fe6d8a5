"""Receive, inspect, verify, replay and send webhooks, byte for byte."""

__version__ = "0.1.0"
