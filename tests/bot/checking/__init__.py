"""Tests of what `haowu check` finds."""
