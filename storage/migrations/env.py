"""Runs the steps over a connection that ``storage.migrating`` opened."""

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    # Both engines roll back a step that fails half-way.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
