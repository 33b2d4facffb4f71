"""Tests of the room cities."""
