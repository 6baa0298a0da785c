"""The door of time: the clock strikes, a service acts."""
